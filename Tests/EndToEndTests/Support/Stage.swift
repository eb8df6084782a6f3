// Where the real daemon plays: a simulated Insightly, a receiver, and a directory for configuration and state.

import ReceivedEvents
import SimulatedWorld
import ChangeFeed
import ChangeStore
import Foundation
import RunningServices
import Simulator
import StartedPrograms
import WebhookReceiver

/// The surroundings of one daemon, all on loopback.
struct Stage: Sendable {
    static let apiKey = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    static let signatureKey = "whsec_c3RhZ2Ugc2VjcmV0IG9mIDMyIGJ5dGVzIGxlbmd0aCE="

    let live: LiveInstance
    let receiver: ReceiverServer
    let took: Took
    let directory: URL
    /// Where the simulated Insightly is.
    let baseURL: String
    /// Where the receiver listens.
    let callback: String
    private let usual: [String: String]

    /// Sets the stage, plays, and clears it away.
    ///
    /// - Parameters:
    ///   - world: with the key of the stage; `Stage.world()` makes one.
    ///   - behaviour: of the receiver.
    static func set(
        _ world: SimulatedInstance = world(), behaviour: ReceiverBehaviour = .accepting,
        play: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        let live = LiveInstance(world)
        var configuration = ReceiverServer.Configuration(keys: [try SigningKey(secret: signatureKey)])
        configuration.behaviour = behaviour
        // What a daemon was told is taken, is known here when it is told: a daemon that has ended leaves nothing to wait for.
        let took = Took()
        configuration.observe = { took.take($0) }
        let receiver = ReceiverServer(configuration)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("stage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await running(receiver) {
            let callback = try await receiver.url
            try await SimulatorServer.serving(live) { baseURL in
                try await play(Stage(live, receiver, took, directory, baseURL: baseURL, callback: callback))
            }
        }
    }

    static func world(
        seed: UInt64 = 11, population: Population = .small, _ adjust: (inout Quirks) -> Void = { _ in }
    ) -> SimulatedInstance {
        var quirks = Quirks()
        adjust(&quirks)
        return SimulatedInstance(
            seed: seed, population: population, quirks: quirks, editMix: .everything, apiKey: apiKey,
            startingAt: .wallClock - .seconds(60))
    }

    private init(
        _ live: LiveInstance, _ receiver: ReceiverServer, _ took: Took, _ directory: URL, baseURL: String,
        callback: String
    ) {
        self.live = live
        self.receiver = receiver
        self.took = took
        self.directory = directory
        self.baseURL = baseURL
        self.callback = callback
        usual = [
            "event.notification.enabled": "true", "event.notification.callback.url": "\"\(callback)\"",
            "event.notification.allowed_networks": "[\"127.0.0.0/8\"]", "insightly.base_url": "\"\(baseURL)\"",
            // Twenty polls a second in all would be many for a real instance; tests do not wait.
            "event.poller.refresh_interval": "0.005", "insightly.requests_per_second": "40",
            // An attempt ends when its receiver ends it, however busy this machine is.
            "event.notification.timeout": #""5m""#,
            "admin.listen": "null", "store.path": "\"\(directory.path)/state.sqlite3\"", "log.format": "\"json\"",
            "log.level": "\"debug\"",
        ]
    }

    /// Writes a configuration with these keys besides the usual ones, their values as JSON.
    @discardableResult
    func configure(_ keys: [String: String] = [:]) throws -> String {
        let members = usual.merging(keys) { $1 }.map { "\"\($0)\": \($1)" }.sorted()
        let path = directory.appendingPathComponent("config.json").path
        try ("{\n" + members.joined(separator: ",\n") + "\n}\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Writes the vendor's instance document with these members of its `configuration`; what the stage needs stands
    /// there too. Line breaks inside a text are taken out.
    func configureAsInstance(_ members: String) throws {
        let needed =
            ["insightly.base_url", "event.notification.callback.url", "event.notification.allowed_networks"]
            + [
                "event.poller.refresh_interval", "insightly.requests_per_second", "store.path", "log.format",
                "log.level",
            ]
        let ours = needed.map { "\"\($0)\": \(usual[$0] ?? "null")" }.joined(separator: ", ")
        let text =
            #"{"element": {"key": "insightly"}, "configuration": {"# + members.replacing("\n", with: " ") + ", "
            + ours + #"}, "tags": ["x"], "name": "mine"}"#
        try text.write(
            toFile: directory.appendingPathComponent("config.json").path, atomically: true, encoding: .utf8)
    }

    /// Whether the last event of each record leaves nothing untold of it.
    func isComplete(_ events: [ReceivedEvent], _ polled: [SimulatedObject]) -> Bool {
        live.isTold(by: events, polled)
    }

    /// Whether every record of the founding that is deleted now was told so, and every other that was told of at all.
    func deletionsAreTold(_ events: [ReceivedEvent], _ polled: [SimulatedObject]) -> Bool {
        untoldDeletions(events, polled).isEmpty
    }

    func untoldDeletions(_ events: [ReceivedEvent], _ polled: [SimulatedObject]) -> [String] {
        live.deletionsUntold(by: events, polled)
    }

    /// Starts the daemon on the configuration written last.
    func startDaemon(environment: [String: String] = [:]) throws -> RunningProgram {
        try start(["run"], environment: environment)
    }

    /// Starts the daemon as a line of the shell says: `"$@"` stands for the daemon and its arguments.
    func startDaemon(shell line: String, isRead: Bool = true) throws -> RunningProgram {
        try RunningProgram(
            "/bin/sh",
            ["-c", line, "sh", RunningProgram.path(of: "insightly-webhooks"), "run", "--config", configurationPath],
            environment: secrets, isRead: isRead)
    }

    /// Starts a command on the configuration written last; the secrets come from the environment, if at all.
    func start(
        _ arguments: [String], environment: [String: String] = [:], secrets: Bool = true
    ) throws -> RunningProgram {
        try RunningProgram(
            product: "insightly-webhooks", arguments + ["--config", configurationPath],
            environment: (secrets ? self.secrets : [:]).merging(environment) { $1 })
    }

    /// With the directory that systemd would make, so that nothing is left elsewhere on the machine.
    private var secrets: [String: String] {
        [
            "INSIGHTLY_API_KEY": Self.apiKey, "INSIGHTLY_WEBHOOKS_SIGNATURE_KEY": Self.signatureKey,
            "STATE_DIRECTORY": directory.path,
        ]
    }

    private var configurationPath: String { directory.appendingPathComponent("config.json").path }

    /// The store of a daemon that has ended.
    func store() throws -> AccountStore {
        try ChangeStore(path: storePath).account(named: "default", identity: "")
    }

    var storePath: String { directory.appendingPathComponent("state.sqlite3").path }
}

extension RunningProgram {
    /// Waits until every resource has been learned, so that what changes from now on comes with a diff.
    func hasLearned(_ resources: Int) async throws {
        try await hasSaid("learned what is there", times: resources)
    }

    /// Waits until so many more pages have been read and stored.
    func hasRead(pages: Int) async throws {
        try await hasSaid("read a page", times: pages)
    }

    /// - Throws: where it has ended before, for what a test goes on to wait for would never come.
    private func hasSaid(_ words: String, times: Int) async throws {
        var rest = times
        for await line in lines where line.contains(words) {
            rest -= 1
            if rest == 0 { return }
        }
        try Task.checkCancellation()
        throw EndedEarly(awaited: words)
    }

    /// Ends it as a service manager does.
    func stop() async -> Int32? {
        signal(SIGTERM)
        return await exitStatus
    }
}

struct EndedEarly: Error, CustomStringConvertible {
    let awaited: String

    var description: String { "the daemon ended, and had not said \"\(awaited)\" as often as it should" }
}
