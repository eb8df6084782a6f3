// Commits that wait for a standby, and standbys that become primaries.

import ChangeFeed
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

struct StandbyTests {
    private let write = PostgreSQLStatement("write", "INSERT INTO written VALUES ($1)", [.int8(1)])
    /// The session whose COMMIT waits for the standby.
    private let waiting = "pg_stat_activity WHERE application_name = 'tests' AND wait_event = 'SyncRep'"

    /// A primary and its synchronous standby, and a table on both.
    private func withPair(
        _ body: (_ primary: PrivateCluster, _ standby: PrivateCluster) async throws -> Void
    ) async throws {
        try await PrivateCluster.running { primary in
            try await primary.withStandby(isSynchronous: true) { standby in
                try await primary.sql("CREATE TABLE written (id int8 PRIMARY KEY)")
                try await body(primary, standby)
            }
        }
    }

    @Test func aCommitThatTheStandbyHasIsCommitted() async throws {
        try await withPair { primary, standby in
            let connection = try await PostgreSQLConnection.to(primary.address)
            #expect(connection.server.warnings == [.fsyncOff])
            // Who may not see the standby is not told that there is none.
            try await primary.sql("CREATE ROLE stranger LOGIN")
            let stranger = try await PostgreSQLConnection.to(primary.address(of: "stranger"))
            #expect(stranger.server.warnings == [.fsyncOff])
            #expect(try await connection.run([write]).rows?.count == 1)
            try await standby.waitUntil("EXISTS (SELECT FROM written)")
        }
    }

    @Test func aWaitThatSomebodyEndsIsDoubt() async throws {
        try await withPair { primary, standby in
            let connection = try await PostgreSQLConnection.to(primary.address)
            await standby.stop(SIGINT)
            async let outcome = connection.run([write])
            try await primary.waitUntil("EXISTS (SELECT FROM \(waiting))")
            try await primary.sql("SELECT pg_cancel_backend(pid) FROM \(waiting)")
            #expect(try await outcome.doubt == .standbyWaitEnded)
            #expect(try await primary.sql("SELECT id FROM written") == "1", "the server has it, and says COMMIT")
            #expect(connection.isUsable)
        }
    }

    @Test func aWaitThatTakesTooLongIsDoubt() async throws {
        try await withPair { primary, standby in
            let connection = try await PostgreSQLConnection.to(primary.address)
            await standby.stop(SIGINT)
            // The server's own limit does not end it.
            let limits = PostgreSQLTransaction.ServerLimits(
                statement: .milliseconds(500), lock: .milliseconds(500), idle: .milliseconds(500))
            let outcome = try await connection.run([write], limits: limits, within: .seconds(3))
            #expect(outcome.doubt == .noAnswer(.tooLate))
            #expect(!connection.isUsable)
            // There, it waits on.
            try await primary.waitUntil("EXISTS (SELECT FROM \(waiting))")
            let server = try await PostgreSQLConnection.to(primary.address).server
            #expect(server.warnings.contains(.noSynchronousStandby(names: "standby")))
        }
    }

    /// The server is killed while it waits, and after that everybody sees the row.
    @Test func aServerThatIsKilledInACommitLeavesDoubt() async throws {
        try await withPair { primary, standby in
            let connection = try await PostgreSQLConnection.to(primary.address)
            await standby.stop(SIGINT)
            async let outcome = connection.run([write])
            try await primary.waitUntil("EXISTS (SELECT FROM \(waiting))")
            await primary.stop(SIGQUIT)
            guard case .noAnswer(let failure) = try await outcome.doubt else {
                Issue.record("it is not in doubt")
                return
            }
            #expect(failure.trouble == .connectionLost)
            #expect(failure.sqlState == nil)
            try await primary.start()
            #expect(try await primary.sql("SELECT id FROM written") == "1")
        }
    }

    @Test func aStandbyIsPassedOverUntilItIsPromoted() async throws {
        try await withPair { primary, standby in
            let both =
                "host=\(standby.folder),\(primary.folder) port=\(standby.port),\(primary.port) "
                + "user=tester dbname=postgres"
            let first = try await PostgreSQLConnection.to(both)
            #expect(first.server.target.host == primary.folder)
            #expect(first.server.timeline == 1)
            let attempts = await PostgreSQLConnection.refusals(of: standby.address)
            #expect(attempts.map(\.failure.trouble) == [.standby])

            try await standby.promote()
            let second = try await PostgreSQLConnection.to(both)
            #expect(second.server.target.host == standby.folder)
            #expect(second.server.timeline == 2)
            // Both say now that they are primaries: only this tells them apart, and that one of them waits for nobody.
            let left = try await PostgreSQLConnection.to(primary.address).server
            #expect(left.timeline == 1)
            #expect(left.cluster != nil && left.cluster == second.server.cluster)
            #expect(try await second.run([write]).rows?.count == 1)
        }
    }
}
