// Transactions go out as one, and what became of them is told.

import ChangeFeed
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@Suite(.sharedCluster, .timeLimit(.minutes(60)))
struct TransactionTests {
    /// A connection, and a table that only this test knows.
    private func table(_ name: String) async throws -> PostgreSQLConnection {
        let cluster = try SharedCluster.current
        try await cluster.sql("CREATE TABLE \(name) (id int8 PRIMARY KEY, content bytea)")
        return try await PostgreSQLConnection.to(cluster.address)
    }

    private func rows(in table: String) async throws -> String {
        try await SharedCluster.current.sql("SELECT string_agg(id::text, ',' ORDER BY id) FROM \(table)")
    }

    @Test func allStatementsTakeEffectAndAnswer() async throws {
        let connection = try await table("together")
        let outcome = try await connection.run([
            .sql(
                "INSERT INTO together (id) SELECT * FROM unnest($1::int8[])",
                [PostgreSQLValue(array: [Int64(1), 2, 3])]),
            .sql("DELETE FROM together WHERE id = $1 RETURNING id", [.int8(2)]),
            .sql("SELECT count(*) AS count FROM together"),
        ])
        let answers = try #require(outcome.rows)
        #expect(answers.map(\.affected) == [3, 1, 1])
        #expect(try answers[1].map { try $0.value("id", as: Int64.self) } == [2])
        #expect(try answers[2].first?.value("count") == Int64(2))
        #expect(try await rows(in: "together") == "1,3")
    }

    @Test func aFailedCheckStopsWhatComesAfter() async throws {
        let connection = try await table("checked")
        let isLed = "EXISTS (SELECT FROM checked WHERE id = $1)"
        let write = { (id: Int64) in PostgreSQLStatement.sql("INSERT INTO checked (id) VALUES ($1)", [.int8(id)]) }
        let held = try await connection.run([write(1), .check("lease", that: isLed, [.int8(1)]), write(2)])
        #expect(held.rows?.count == 3)
        for condition in [isLed, "NULL", "$1 IS NULL"] {
            let outcome = try await connection.run([
                write(3), .check("lease", that: condition, [.int8(99)]), write(4), write(5),
            ])
            #expect(outcome.failure?.trouble == .checkFailed("lease"))
            #expect(
                "\(try #require(outcome.failure))".hasPrefix(
                    #"the check "lease" did not hold, and nothing was written"#))
        }
        #expect(try await rows(in: "checked") == "1,2")
        #expect(connection.isUsable)
        #expect(try await connection.run([write(6)]).rows?.count == 1, "the connection has left the failed transaction")
    }

    @Test func whichCheckFailedIsTold() async throws {
        let connection = try await table("checks")
        let outcome = try await connection.run([
            .check("first", that: "true"), .check("second of 'two'", that: "false"), .check("third", that: "false"),
        ])
        #expect(outcome.failure?.trouble == .checkFailed("second of 'two'"))
        let broken = try await connection.run([.check("broken", that: "1 / (SELECT count(*) FROM checks) = 1")])
        #expect(broken.failure?.trouble == .other)
        #expect(broken.failure?.statement == "broken")
        #expect(broken.failure?.sqlState == "22012")
    }

    @Test func anErrorNamesItsStatementAndNoValue() async throws {
        let connection = try await table("once")
        let write = PostgreSQLStatement("new rows", "INSERT INTO once (id) VALUES (4711)")
        #expect(try await connection.run([write]).rows != nil)
        let outcome = try await connection.run([.sql("SELECT 1"), write])
        let failure = try #require(outcome.failure)
        #expect(failure.trouble == .uniqueViolation)
        #expect(failure.statement == "new rows")
        #expect(failure.message.contains("once_pkey"))
        #expect(!"\(failure)".contains("4711"))
        #expect(try await rows(in: "once") == "4711")
    }

    /// What is checked at COMMIT fails there, and then nothing is kept.
    @Test func aCommitThatFailsIsAFailure() async throws {
        let connection = try await table("late")
        try await connection.ask("CREATE TABLE of_late (id int8 REFERENCES late DEFERRABLE INITIALLY DEFERRED)")
        let outcome = try await connection.run([.sql("INSERT INTO of_late VALUES (1)")])
        #expect(outcome.failure?.sqlState == "23503")
        #expect(outcome.failure?.statement == "COMMIT")
        #expect(try await rows(in: "of_late") == "")
    }

    /// COMMIT outside of a transaction is a success to the server, with a warning.
    @Test func aStatementThatEndsTheTransactionLeavesDoubt() async throws {
        let connection = try await table("ended")
        let outcome = try await connection.run([.sql("INSERT INTO ended (id) VALUES (1)"), .sql("ROLLBACK")])
        #expect(outcome.doubt != nil)
        #expect(try await rows(in: "ended") == "")
    }

    @Test func otherNoticesDoNoHarm() async throws {
        let connection = try await table("noticed")
        let outcome = try await connection.run([
            .sql("CREATE TABLE IF NOT EXISTS noticed (id int8)"),
            .sql("DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE WARNING 'a warning of state 01000'; END $$"),
            .sql("INSERT INTO noticed (id) VALUES (1)"),
        ])
        #expect(outcome.rows?.count == 3)
    }

    @Test func settingsHoldForTheTransactionAlone() async throws {
        let connection = try await table("settings")
        let names = ["synchronous_commit", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
        let columns =
            names.map { "current_setting('\($0)') AS \($0)" } + ["current_setting('transaction_isolation') AS level"]
        let shown = PostgreSQLStatement.sql("SELECT " + columns.joined(separator: ", "))
        try await connection.ask("SET synchronous_commit = off")
        let limits = PostgreSQLTransaction.ServerLimits(
            statement: .seconds(10), lock: .milliseconds(1_500), idle: .microseconds(1))
        let outcome = try await connection.run([shown], isolation: .repeatableRead, limits: limits)
        let row = try #require(outcome.rows?.first?.first)
        #expect(try names.map { try row.value($0, as: String.self) } == ["on", "10s", "1500ms", "1ms"])
        #expect(try row.value("level") == "repeatable read")
        // As it is: a read brings a limit of its own, which would be seen in place of what the transaction left.
        let after = try #require(try await onThread { try connection.run([shown], within: plenty)[0] }.first)
        #expect(try names.map { try after.value($0, as: String.self) } == ["off", "0", "0", "0"])
    }

    @Test func aLockThatIsNotLetGoIsALockTimeout() async throws {
        let cluster = try SharedCluster.current
        let connection = try await table("locked")
        let holder = try await PostgreSQLConnection.to(cluster.address)
        try await holder.ask("BEGIN")
        try await holder.ask("LOCK TABLE locked")
        let limits = PostgreSQLTransaction.ServerLimits(statement: plenty, lock: .milliseconds(1), idle: plenty)
        let write = PostgreSQLStatement.sql("INSERT INTO locked (id) VALUES (1)")
        #expect(try await connection.run([write], limits: limits).failure?.trouble == .lockTimeout)
        let short = PostgreSQLTransaction.ServerLimits(statement: .milliseconds(1), lock: plenty, idle: plenty)
        #expect(try await connection.run([write], limits: short).failure?.trouble == .cancelled)
        try await holder.ask("ROLLBACK")
        #expect(try await connection.run([write]).rows != nil)
    }

    @Test func aDeadlockIsOneOfTwo() async throws {
        let cluster = try SharedCluster.current
        let one = try await table("crossed")
        let other = try await PostgreSQLConnection.to(cluster.address)
        try await one.ask("INSERT INTO crossed (id) VALUES (1), (2)")
        // Each takes one row, waits until both have theirs, and then wants the other's.
        @Sendable func lock(_ id: Int64) -> PostgreSQLStatement {
            .sql("UPDATE crossed SET content = '' WHERE id = $1", [.int8(id)])
        }
        let meet = PostgreSQLStatement.sql(
            """
            DO $$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711);
            WHILE (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711) < 2 LOOP END LOOP; END $$
            """)
        async let first = one.run([lock(1), meet, lock(2)])
        async let second = other.run([lock(2), meet, lock(1)])
        let outcomes = try await [first, second]
        #expect(outcomes.compactMap(\.failure).map(\.trouble) == [.deadlock])
        #expect(outcomes.compactMap(\.rows).count == 1)
    }

    @Test func aStateThatMovedOnIsASerializationFailure() async throws {
        let cluster = try SharedCluster.current
        let connection = try await table("moved")
        let other = try await PostgreSQLConnection.to(cluster.address)
        try await connection.ask("INSERT INTO moved (id) VALUES (1)")
        // The state of the first statement holds; the other one writes while the second waits for it.
        try await other.ask("BEGIN")
        try await other.ask("UPDATE moved SET content = 'other'")
        async let outcome = connection.run(
            [.sql("SELECT * FROM moved"), .sql("UPDATE moved SET content = 'mine'")], isolation: .repeatableRead)
        try await cluster.waitUntil("EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")
        try await other.ask("COMMIT")
        #expect(try await outcome.failure?.trouble == .serialization)
    }

    @Test func whatIsLackingIsNamed() async throws {
        let cluster = try SharedCluster.current
        let connection = try await table("guarded")
        #expect(try await connection.run([.sql("SELECT * FROM nowhere")]).failure?.trouble == .undefinedTable)
        #expect(try await connection.run([.sql("CREATE TABLE nowhere.t ()")]).failure?.trouble == .undefinedTable)
        try await cluster.sql("CREATE ROLE stranger LOGIN")
        let stranger = try await PostgreSQLConnection.to(cluster.address(of: "stranger"))
        let failure = try await stranger.run([.sql("SELECT * FROM guarded")]).failure
        #expect(failure?.trouble == .missingPrivilege)
        #expect(failure?.message == "permission denied for table guarded")
        #expect(stranger.server.timeline == connection.server.timeline)
        try await cluster.sql("ALTER ROLE stranger SET default_transaction_read_only = on")
        let reader = try await PostgreSQLConnection.to(cluster.address(of: "stranger"))
        #expect(try await reader.run([.sql("CREATE TABLE unwritten ()")]).failure?.trouble == .readOnly)
    }
}
