// A receiver of webhooks that checks what it gets, and can be told to behave badly.

import ChangeFeed
import FoundationEssentials
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An HTTP server that takes webhooks at any path, verifies them, and keeps account of them.
///
/// Run it as a service or in a task of its own; `url` says where it listens once it does.
package final class ReceiverServer: Service {
    package struct Configuration: Sendable {
        /// An address of this machine.
        package var host: String
        /// 0: any that is free.
        package var port: Int
        /// One of them must have signed.
        package var keys: [VerifyingKey]
        /// How far `webhook-timestamp` may be from now.
        package var tolerance: Duration = .minutes(5)
        package var behaviour: ReceiverBehaviour = .accepting
        /// Bodies above this are answered 413. A record of 100 KB and a diff of it fit many times.
        package var bodyLimit = 8 * 1024 * 1024
        /// Requests kept for `requests`, the latest; a process that runs for days keeps none.
        package var requestsKept = Int.max
        /// Where accepted events are written before they are answered.
        package var journal: EventJournal?
        /// Told of each exchange as its outcome is decided, before the sender is. It must not ask the receiver anything.
        package var observe: (@Sendable (ReceivedExchange) -> Void)?

        package init(host: String = "127.0.0.1", port: Int = 0, keys: [VerifyingKey]) {
            self.host = host
            self.port = port
            self.keys = keys
        }

        package init(host: String = "127.0.0.1", port: Int = 0, keys: [SigningKey]) {
            self.init(host: host, port: port, keys: keys.map(VerifyingKey.init))
        }
    }

    let configuration: Configuration
    let reception: Reception
    private let now: @Sendable () -> Instant
    private let logger: Logger

    /// - Parameter now: the receiver's clock, for arrival times and for the age of signatures.
    package init(
        _ configuration: Configuration, logger: Logger? = nil, now: @escaping @Sendable () -> Instant = { .wallClock }
    ) {
        self.configuration = configuration
        self.now = now
        // Whoever wants to know what the server does brings a logger; what matters is in the account.
        self.logger = logger ?? Logger(label: "webhook-receiver") { _ in SwiftLogNoOpLogHandler() }
        reception = Reception(
            behaviour: configuration.behaviour, requestsKept: configuration.requestsKept,
            observe: configuration.observe)
    }

    package func run() async throws {
        let application = Application(
            responder: ReceiverResponder(configuration: configuration, reception: reception, now: now),
            server: .http1(configuration: .init(additionalChannelHandlers: [LeavingClientHandler()])),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { [reception] channel in
                reception.update { $0.port = channel.localAddress?.port }
            },
            logger: logger)
        do {
            try await application.run()
            reception.close(ReceiverStopped())
        } catch {
            // Swift NIO's own words have a bracket too many, and the name of a function.
            let cause = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            let failure = ReceiverFailure(host: configuration.host, port: configuration.port, cause: cause)
            reception.close(failure)
            throw failure
        }
    }

    // MARK: - Looking on

    /// The port it listens on; waits until it does.
    package var port: Int {
        get async throws {
            try await reception.wait { $0.port != nil }
            return reception.read { $0.port } ?? configuration.port
        }
    }

    /// `http://127.0.0.1:49152/`; waits until the receiver listens.
    package var url: String {
        get async throws {
            let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
            return "http://\(host):\(try await port)/"
        }
    }

    package var summary: ReceiverSummary { reception.read { $0.ledger.summary } }

    /// All requests so far, or the latest `requestsKept`, in the order in which they arrived.
    package var requests: [ReceivedRequest] { reception.read { $0.requests } }

    /// Every exchange from now on, as its outcome is decided; ends with the receiver.
    package func exchanges() -> AsyncStream<ReceivedExchange> {
        reception.exchanges()
    }

    /// Returns once the account satisfies the condition; throws when the receiver stops before, or the task is
    /// cancelled.
    package func wait(until condition: @escaping @Sendable (ReceiverSummary) -> Bool) async throws {
        try await reception.wait { condition($0.ledger.summary) }
    }

    /// Returns once this many different events have been accepted.
    package func waitForEvents(_ count: Int) async throws {
        try await wait { $0.distinct >= count }
    }

    /// Returns once this many requests have arrived, whatever became of them.
    package func waitForRequests(_ count: Int) async throws {
        try await wait { $0.requests >= count }
    }

    // MARK: - Telling it what to do

    /// Answers requests from now on like this; `first(n)` counts from here.
    package func behave(_ behaviour: ReceiverBehaviour) {
        reception.update { state in
            state.behaviour = behaviour
            state.requestsOfBehaviour = 0
        }
    }

    /// Lets requests go that are held by the answer `held`: the oldest first, all unless told how many.
    package func release(_ count: Int = .max) {
        let released = reception.update { state in
            let numbers = state.held.keys.sorted().prefix(count)
            return numbers.compactMap { state.held.removeValue(forKey: $0) }
        }
        for release in released { release() }
    }
}

/// Why the receiver could not run.
package struct ReceiverFailure: Error, CustomStringConvertible {
    package let host: String
    package let port: Int
    let cause: String

    package var description: String {
        "the receiver cannot listen on \(host):\(port): \(cause); choose another --port, or 0 for any that is free"
    }
}

extension Instant {
    /// What the machine's clock shows.
    package static var wallClock: Instant {
        Instant(microsecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
