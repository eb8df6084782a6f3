// The real program with a PgBouncer between it and its database.

import Foundation
import PrivatePostgreSQL
import RunningServices
import Simulator
import StartedPrograms
import Testing

@Suite("A store in PostgreSQL behind PgBouncer", .timeLimit(.minutes(60)))
struct PostgreSQLPoolerTests {
    /// Plays with a server that is nobody else's, for it is stopped.
    private func play(
        _ mode: PrivatePooler.Mode, _ keys: [String: String] = [:],
        _ body: @escaping @Sendable (Stage, Database, PrivateCluster) async throws -> Void
    ) async throws {
        try await PrivateCluster.running { server in
            try await PrivatePooler.running(before: server, mode) { pooler in
                try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                    let database = try await Database(in: server)
                    let address = "\"\(pooler.address(of: database.name))\""
                    try stage.configure(
                        ["store.path": "null", "store.url": address, "event.poller.start": #""beginning""#]
                            .merging(keys) { $1 })
                    try await body(stage, database, server)
                }
            }
        }
    }

    @Test(
        "Daemons are killed, the server restarts behind it, sessions are ended: nothing is lost, nothing told twice",
        arguments: PrivatePooler.Mode.allCases)
    func troubles(mode: PrivatePooler.Mode) async throws {
        try await play(mode) { stage, database, server in
            for lines in [3, 9, 14, 22] { try await stage.liveAndDie(lines: lines) }
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count >= 95 }
            try await running(EditingService(stage.live, editsPerMinute: 1_500, seed: 9)) {
                for signal in [SIGINT, SIGQUIT] {
                    let before = stage.took.events.count
                    await server.stop(signal)
                    try await server.start()
                    try await stage.took.wait { $0.count > before + 5 }
                }
                for _ in 0..<5 {
                    let before = stage.took.events.count
                    try await database.endSessions()
                    try await stage.took.wait { $0.count > before + 1 }
                }
                try await database.strike(40)
                try await database.isStruck(40)
            }
            try await stage.judge(daemon, mayRepeat: true)
        }
    }

    @Test(
        "Commands see the daemon, and a backup is one moment of the store while that is written to",
        arguments: PrivatePooler.Mode.allCases)
    func commands(mode: PrivatePooler.Mode) async throws {
        try await play(mode) { stage, _, _ in
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(try await stage.status().daemonRuns == true)
            let (said, used) = try await stage.refuses(["resume", "--instance", "simulated"])
            #expect(used == 69 && said.contains("Stop every daemon"), "\(said)")
            let copy = stage.directory.appendingPathComponent("copy.sqlite3").path
            try await running(EditingService(stage.live, editsPerMinute: 3_000, seed: 10)) {
                _ = try await stage.says(["backup", copy])
            }
            #expect(FileManager.default.fileExists(atPath: copy))
            try await stage.judge(daemon)
        }
    }

    @Test("Another daemon leads what one led that hangs", arguments: PrivatePooler.Mode.allCases)
    func takeOver(mode: PrivatePooler.Mode) async throws {
        try await play(mode, ["fleet.lease": #""2s""#]) { stage, _, _ in
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            let second = try stage.startDaemon()
            _ = await second.lines.first { $0.contains("accounts are shared with other daemons") }
            first.signal(SIGSTOP)
            stage.live.change { instance, now in instance.edit(of: .contacts, at: now) }
            try await stage.took.wait { $0.count > 95 }
            first.signal(SIGCONT)
            #expect(await first.stop() == 0)
            try await stage.judge(second, mayRepeat: true)
        }
    }
}
