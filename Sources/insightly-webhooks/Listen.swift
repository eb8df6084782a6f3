// `listen`: a receiver for trying things on this machine.

import ArgumentParser
import ChangeFeed
import CommandText
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import WebhookReceiver

struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Receive webhooks, verify them, and print them.",
        discussion: Manual.discussion(
            """
            Prints each event as it comes, and a summary at the end (Ctrl-C, SIGTERM or --seconds). Without --secret \
            and without INSIGHTLY_WEBHOOKS_SIGNATURE_KEY in the environment it makes a key and prints it. Requests \
            without a valid signature are answered 401.

            What cannot be printed, on a full disk or into a pipe that nobody reads, keeps no request from its answer; it \
            is said once, and the exit status is 1.

            --fail takes \(ReceiverBehaviour.Rule.grammar)
            It can be given several times; the first that concerns a request decides.
            """,
            examples: [
                "insightly-webhooks listen --port 8080", "# One request in five fails, and then the daemon tries again",
                "insightly-webhooks listen --fail 503:0.2",
            ]))

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port: Int = 8080

    @Option(help: "The address of this machine to listen on.")
    var host = "127.0.0.1"

    @Option(
        help: """
            The key that senders sign with, or whpk_…, its public side. Everyone on this machine can read arguments: \
            INSIGHTLY_WEBHOOKS_SIGNATURE_KEY in the environment is more private.
            """)
    var secret: String?

    @Option(
        help: ArgumentHelp("How to answer badly, and when.", valueName: "rule"),
        transform: { try ReceiverBehaviour.Rule(text: $0) })
    var fail: [ReceiverBehaviour.Rule] = []

    @Option(help: "Which requests a share of --fail hits: the same number hits the same ones.")
    var seed: UInt64 = 1

    @Flag(help: "Print one JSON line an event; everything else goes to standard error.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Append one JSON line for each accepted event, before it is answered.", valueName: "file"))
    var journal: String?

    @Option(help: "Stop after this many seconds.")
    var seconds: Double?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        if let seconds, !(seconds > 0 && seconds < 1e9) {
            throw ValidationError("--seconds is a number above 0.")
        }
    }

    func run() async throws {
        StandardStream.outliveReaders()
        let (key, newSecret) = try verifyingKey()
        var configuration = ReceiverServer.Configuration(host: host, port: port, keys: [key])
        configuration.behaviour = ReceiverBehaviour(fail, seed: seed)
        configuration.journal = try journal.map { try EventJournal(path: $0) }
        configuration.requestsKept = 0
        let receiver = ReceiverServer(configuration)

        let printing = PrintingService(
            receiver: receiver, newSecret: newSecret, printsJSON: json, exchanges: receiver.exchanges())
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: printing, successTerminationBehavior: .ignore), .init(service: receiver),
        ]
        if let seconds {
            services.append(
                .init(
                    service: StopAfter(duration: .seconds(seconds)),
                    successTerminationBehavior: .gracefullyShutdownGroup))
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "listen") { _ in SwiftLogNoOpLogHandler() }))
        try await group.run()
        printing.say(receiver.summary.report)
        if printing.printed.isIncomplete { throw ExitCode.failure }
    }

    /// The key to verify with, and the secret it was made from, if that was just now.
    private func verifyingKey() throws -> (VerifyingKey, newSecret: String?) {
        let variable = "INSIGHTLY_WEBHOOKS_SIGNATURE_KEY"
        if let given = secret ?? ProcessInfo.processInfo.environment[variable] {
            return (try VerifyingKey(text: given), nil)
        }
        var generator = SystemRandomNumberGenerator()
        let key = SigningKey.random(using: &generator)
        return (VerifyingKey(key), key.secretText)
    }
}

/// Prints where the receiver listens, and each exchange until the receiver has stopped.
private struct PrintingService: Service {
    let receiver: ReceiverServer
    /// To be shown to the user, who has no other way to learn it.
    let newSecret: String?
    let printsJSON: Bool
    let exchanges: AsyncStream<ReceivedExchange>
    let printed = PrintedText()

    func run() async throws {
        // A receiver that cannot listen says so itself.
        guard let url = try? await receiver.url else { return }
        say("Listening on \(url)\n")
        if let newSecret { say("Signature key  \(newSecret)\n") }
        let printer = EventPrinter(isColoured: Screen.output.isColoured)
        for await exchange in exchanges {
            let line =
                printsJSON
                ? String(decoding: EventLine.printed(exchange), as: UTF8.self).escapingHidden(keepingNewlines: true)
                : printer.text(of: exchange)
            printed.add(line)
        }
        // The receiver ends first. Whoever ends out of its turn in a shutdown counts as failed, and the summary is lost.
        try? await gracefulShutdown()
    }

    /// For people: standard error, when programs read standard output.
    func say(_ text: String) {
        if printsJSON { _ = StandardStream.error.write(text) } else { printed.add(text) }
    }
}

/// What goes to standard output, as far as that takes it.
private final class PrintedText: Sendable {
    private let hasLost = Mutex(false)

    /// Whether something could not be printed.
    var isIncomplete: Bool { hasLost.withLock { $0 } }

    func add(_ text: String) {
        guard let fault = StandardStream.output.write(text) else { return }
        let wasTold = hasLost.withLock { hasLost in
            defer { hasLost = true }
            return hasLost
        }
        if !wasTold { Output.error("not all is printed (\(fault)); requests are answered all the same") }
    }
}

/// Ends the group when its time is over.
private struct StopAfter: Service {
    let duration: Duration

    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await ContinuousClock().sleep(for: duration) }
    }
}
