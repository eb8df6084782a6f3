// The real program, stopped as a service manager stops it.

import Foundation
import StartedPrograms
import Testing

@Suite("Stopping the daemon", .serialized, .timeLimit(.minutes(60)))
struct StoppingTests {
    /// A configuration of its own in a directory of its own; nobody listens at either address.
    private func configuration(enabled: Bool) throws -> (directory: URL, path: String) {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("stop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let path = directory.appendingPathComponent("config.json").path
        let text = """
            {"event.notification.enabled": \(enabled), "event.notification.callback.url": "http://127.0.0.1:9/",
             "event.notification.allowed_networks": ["127.0.0.0/8"],
             "event.notification.signature.key": "a key that nobody needs to know",
             "insightly.base_url": "http://127.0.0.1:9/v3.1/", "insightly.api_key": "none",
             "log.format": "json", "store.path": "\(directory.path)/state.sqlite3"}
            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return (directory, path)
    }

    @Test(
        "SIGTERM and SIGINT end it with 0, however early they come: with its first word it can be stopped",
        arguments: [SIGTERM, SIGINT], [true, false])
    func signals(signal: Int32, enabled: Bool) async throws {
        let (directory, path) = try configuration(enabled: enabled)
        defer { try? FileManager.default.removeItem(at: directory) }
        for _ in 0..<10 {
            let program = try RunningProgram(product: "insightly-webhooks", ["run", "--config", path])
            let said = enabled ? "\"message\":\"polling\"" : "nothing is polled"
            let ready = await program.lines.first { $0.contains(said) }
            try #require(ready != nil)
            program.signal(signal)
            #expect(await program.exitStatus == 0)
        }
    }

    @Test(
        "Signals that mean nothing to it end nothing, and the log says so",
        arguments: [(SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"), (SIGALRM, "SIGALRM")])
    func straySignals(signal: Int32, name: String) async throws {
        let (directory, path) = try configuration(enabled: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let program = try RunningProgram(product: "insightly-webhooks", ["run", "--config", path])
        try #require(await program.lines.first { $0.contains("\"message\":\"polling\"") } != nil)
        program.signal(SIGPIPE)
        program.signal(signal)
        #expect(await program.lines.first { $0.contains(name) } != nil)
        program.signal(SIGTERM)
        #expect(await program.exitStatus == 0)
    }

    @Test("A second daemon on a store ends with 69 and says why, and the first goes on")
    func secondDaemon() async throws {
        let (directory, path) = try configuration(enabled: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let first = try RunningProgram(product: "insightly-webhooks", ["run", "--config", path])
        try #require(await first.lines.first { $0.contains("\"message\":\"polling\"") } != nil)
        let second = try RunningProgram(product: "insightly-webhooks", ["run", "--config", path])
        let reason = await second.lines.first { $0.contains("in use by another process") }
        #expect(reason?.contains(directory.path) == true)
        #expect(await second.exitStatus == 69)
        first.signal(SIGTERM)
        #expect(await first.exitStatus == 0)
    }

    @Test("A configuration that is wrong ends it with 78 and every problem")
    func badConfiguration() async throws {
        let (directory, path) = try configuration(enabled: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try #"{"insightly.pdo": "na1", "event.poller.overlap": "soon"}"#.write(
            toFile: path, atomically: true, encoding: .utf8)
        let program = try RunningProgram(product: "insightly-webhooks", ["run", "--config", path])
        var lines: [String] = []
        for await line in program.lines { lines.append(line) }
        #expect(await program.exitStatus == 78)
        #expect(lines.contains { $0.contains("insightly.pdo") && $0.contains("insightly.pod") })
        #expect(lines.contains { $0.contains("event.poller.overlap") })
    }
}
