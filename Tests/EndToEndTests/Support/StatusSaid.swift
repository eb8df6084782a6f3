// What `status --json` says beside a daemon, or after one.

import Foundation
import StartedPrograms
import Testing

struct StatusSaid {
    private let report: [String: Any]

    init(_ text: String) throws {
        report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    var daemonRuns: Bool? { report["daemon_runs"] as? Bool }

    var quota: [String: Any] { report["quota"] as? [String: Any] ?? [:] }

    var clocks: [String: Any] { report["clocks"] as? [String: Any] ?? [:] }

    var instance: [String: Any] { report["instance"] as? [String: Any] ?? [:] }

    var rests: [[String: Any]] { report["rests"] as? [[String: Any]] ?? [] }

    var queue: [String: Any] { report["queue"] as? [String: Any] ?? [:] }

    /// The first, which on most stages is the only one.
    var endpoint: [String: Any] { endpoint("default") }

    func endpoint(_ name: String) -> [String: Any] {
        let endpoints = report["endpoints"] as? [[String: Any]] ?? []
        return endpoints.first { $0["endpoint"] as? String == name } ?? [:]
    }

    func resource(_ name: String) throws -> [String: Any] {
        let resources = report["resources"] as? [[String: Any]]
        return try #require(resources?.first { $0["resource"] as? String == name })
    }
}

extension Stage {
    func status() async throws -> StatusSaid {
        try StatusSaid(await says(["status", "--json"]))
    }

    /// What `deliveries list --json` says.
    func deliveries(_ arguments: String...) async throws -> [[String: Any]] {
        let text = try await says(["deliveries", "list", "--json"] + arguments)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    /// What a command that needs no secrets prints, and its exit status.
    func refuses(_ arguments: [String]) async throws -> (said: String, status: Int32?) {
        let command = try start(arguments, secrets: false)
        var text = ""
        for await line in command.lines { text += line + "\n" }
        return (text, await command.exitStatus)
    }

    /// What a command that needs no secrets prints.
    func says(_ arguments: [String]) async throws -> String {
        let command = try start(arguments, secrets: false)
        var text = ""
        for await line in command.lines { text += line + "\n" }
        #expect(await command.exitStatus == 0)
        return text
    }
}
