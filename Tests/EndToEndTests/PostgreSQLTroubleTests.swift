// The real program with a database that undoes its transactions, ends its sessions, and gives it little time.

import Foundation
import PrivatePostgreSQL
import RunningServices
import Simulator
import StartedPrograms
import Testing

@Suite("Trouble with PostgreSQL", .timeLimit(.minutes(60)))
struct PostgreSQLTroubleTests {
    /// Plays from when a daemon has told all that was there.
    private func play(
        as role: String = "tester", _ body: @escaping @Sendable (Stage, Database, RunningProgram) async throws -> Void
    ) async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                if role != "tester" {
                    try await database.sql(
                        "CREATE ROLE \(role) LOGIN", "GRANT CREATE ON DATABASE \(database.name) TO \(role)")
                }
                try stage.configure([
                    "store.path": "null", "store.url": "\"\(database.address(of: role))\"",
                    "event.poller.start": #""beginning""#,
                ])
                let daemon = try stage.startDaemon()
                try await stage.took.wait { $0.count == 95 }
                try await body(stage, database, daemon)
            }
        }
    }

    private func edits(_ stage: Stage) -> EditingService { EditingService(stage.live, editsPerMinute: 1_500, seed: 6) }

    @Test(
        "Transactions that PostgreSQL undoes for the sake of others are done again, and the log says which",
        arguments: ["40001", "40P01"])
    func undone(state: String) async throws {
        try await play { stage, database, daemon in
            let log = DaemonLog(of: daemon)
            try await running(edits(stage)) {
                try await database.strike(60, by: state)
                try await database.isStruck(60)
            }
            try await stage.judge(daemon)
            let complaints = await log.complaints
            #expect(
                complaints.contains {
                    $0.contains("is locked, and everything waits") && $0.contains("SQLSTATE \(state)")
                        && $0.contains("it is tried again")
                }, "\(complaints)")
        }
    }

    @Test("Its sessions are ended again and again, and it goes on in new ones")
    func ended() async throws {
        try await play { stage, database, daemon in
            try await running(edits(stage)) {
                for _ in 0..<30 {
                    let before = stage.took.events.count
                    try await database.endSessions()
                    try await stage.took.wait { $0.count > before + 1 }
                }
            }
            try await stage.judge(daemon)
        }
    }

    @Test("A role whose own limits leave no time for anything works by the daemon's")
    func limits() async throws {
        let role = "r" + SharedCluster.newSchema()
        try await play(as: role) { stage, database, daemon in
            for limit in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
                try await database.sql("ALTER ROLE \(role) SET \(limit) = '1ms'")
            }
            try await database.sql("ALTER ROLE \(role) SET idle_session_timeout = '200ms'")
            try await running(edits(stage)) {
                try await database.endSessions()
                try await database.strike(100, role: role)
                try await database.isStruck(100)
            }
            // Between its failure and its end, a transaction is idle by the limit of the role.
            let hit = try await database.sql(
                "SELECT sessions_fatal > 0 FROM pg_stat_database WHERE datname = current_database()")
            #expect(hit == "t")
            // One transaction, which is idle whenever its reader writes the file.
            try await database.sql("ALTER ROLE \(role) SET statement_timeout = '1s'")
            _ = try await stage.says(["backup", stage.directory.appendingPathComponent("copy.sqlite3").path])
            try await stage.judge(daemon)
        }
    }
}
