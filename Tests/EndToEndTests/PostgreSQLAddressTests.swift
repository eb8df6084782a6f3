// What the real program says of a store in PostgreSQL that cannot be used: a line each, with what to do.

import Foundation
import PrivatePostgreSQL
import StartedPrograms
import Testing

@Suite("An address of PostgreSQL that is wrong", .timeLimit(.minutes(60)))
struct PostgreSQLAddressTests {
    /// What the daemon, a command beside it and `check --online` say, with their exit statuses.
    private func all(_ stage: Stage, address: String, _ keys: [String: String] = [:]) async throws -> [(String, Int32?)]
    {
        try stage.configure(["store.path": "null", "store.url": "\"\(address)\""].merging(keys) { $1 })
        var answers: [(String, Int32?)] = []
        for arguments in [["run"], ["status"], ["check", "--online"]] {
            let program = try stage.start(arguments)
            var text = ""
            for await line in program.lines { text += line + "\n" }
            answers.append((text, await program.exitStatus))
        }
        return answers
    }

    @Test("What is wrong with the text is the configuration's, and nothing of it is shown")
    func text() async throws {
        try await Stage.set { stage in
            for address in ["postgresql://who:hidden@127.0.0.1:1", "postgresql//hidden"] {
                for (said, status) in try await all(stage, address: address) {
                    #expect(status == 78 && said.contains("store.url: cannot be used"), "\(said)")
                    #expect(!said.contains("hidden"))
                }
            }
            let both = try await all(
                stage, address: "dbname=hidden", ["store.path": "\"\(stage.storePath)\""])
            for (said, status) in both { #expect(status == 78 && said.contains("is there besides"), "\(said)") }
        }
    }

    @Test("What a server says is the store's: no such database, nobody there, no privilege, a later version")
    func server() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                let nowhere = database.address + "x"
                try await expect(all(stage, address: nowhere), "PostgreSQL has no such database")
                try await database.sql("CREATE ROLE plain\(database.name) LOGIN")
                let plain = database.address(of: "plain" + database.name)
                try expect(
                    await all(stage, address: plain), "CREATE on the database \(database.name)",
                    beside: "it has no schema insightly_webhooks")
                let first = try stage.startDaemon(as: database)
                try await first.hasLearned(4)
                #expect(await first.stop() == 0)
                try await expect(all(stage, address: plain), "lacks privileges: USAGE on the schema insightly_webhooks")
                try await database.sql(
                    "GRANT USAGE ON SCHEMA insightly_webhooks TO plain\(database.name)",
                    "GRANT SELECT ON ALL TABLES IN SCHEMA insightly_webhooks TO plain\(database.name)")
                try await expect(all(stage, address: plain), "INSERT on all tables of the schema insightly_webhooks")
                try await database.sql("INSERT INTO insightly_webhooks.migration VALUES ('99 later')")
                try await expect(all(stage, address: database.address), "by a later version of insightly-webhooks")
            }
        }
    }

    @Test("check --online tells what the server lacks of what the promises need, and makes nothing")
    func warnings() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                try stage.configure(database.keys)
                let check = try stage.start(["check", "--online"])
                var said = ""
                for await line in check.lines { said += line + "\n" }
                #expect(await check.exitStatus == 0)
                #expect(said.contains("fsync = off"), "\(said)")
                #expect(said.contains("the state store can be used: database"), "\(said)")
                let schemas = try await database.sql(
                    "SELECT count(*) FROM pg_namespace WHERE nspname = 'insightly_webhooks'")
                #expect(schemas == "0")
            }
        }
    }

    /// - Parameter beside: what a command beside the daemon says, where that is something else.
    private func expect(
        _ answers: [(String, Int32?)], _ words: String, beside: String? = nil
    ) {
        let expectations: [(Int32, String)] = [(69, words), (69, beside ?? words), (78, words)]
        for ((said, status), (expected, words)) in zip(answers, expectations) {
            #expect(status == expected && said.contains(words), "\(said)")
        }
    }
}

extension Stage {
    fileprivate func startDaemon(as database: Database) throws -> RunningProgram {
        try configure(database.keys)
        return try startDaemon()
    }
}
