// Large pipelines, and connections that come to their end.

import ChangeFeed
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@Suite(.sharedCluster, .timeLimit(.minutes(60)))
struct ExchangeTests {
    private let large = [UInt8](repeating: 0xa5, count: 20_000_000)

    private func connected() async throws -> PostgreSQLConnection {
        try await PostgreSQLConnection.to(SharedCluster.current.address)
    }

    /// The server answers while it is still being told: both sides have their hands full.
    @Test func muchGoesBothWaysAtOnce() async throws {
        let echo = PostgreSQLStatement.sql("SELECT $1::bytea AS content", [.bytes(large)])
        let outcome = try await connected().run([echo, echo])
        let answers = try #require(outcome.rows)
        #expect(answers.count == 2)
        for answer in answers { #expect(try answer.first?.value("content") == large) }
    }

    @Test func manySmallStatementsWithLargeAnswersDoNotWaitForEachOther() async throws {
        let filler = String(repeating: "x", count: 2_000)
        let small = PostgreSQLStatement.sql("SELECT repeat('y', 20000) AS y, $1 AS x", [.text(filler)])
        let outcome = try await connected().run(Array(repeating: small, count: 2_000))
        #expect(outcome.rows?.count == 2_000)
        #expect(try outcome.rows?.last?.first?.value("x") == filler)
    }

    @Test func aConnectionThatWasClosedMeanwhileFailsWithoutDoubt() async throws {
        let cluster = try SharedCluster.current
        let connection = try await connected()
        let process = try await connection.ask("SELECT pg_backend_pid() AS id").first?.value("id", as: Int32.self)
        try await cluster.sql("SELECT pg_terminate_backend(\(try #require(process)), 60000)")
        let outcome = try await connection.run([.sql("SELECT 1")])
        #expect(outcome.failure?.trouble == .connectionLost)
        #expect(!connection.isUsable)
        #expect(try await connection.run([.sql("SELECT 1")]).failure?.trouble == .connectionLost)
    }

    @Test func aConnectionThatIsEndedInTheMiddleIsDoubt() async throws {
        let cluster = try SharedCluster.current
        let connection = try await PostgreSQLConnection.to(cluster.address, .tests("ended in the middle"))
        async let outcome = connection.run([.sql("SELECT pg_sleep(600)")])
        let session = "pg_stat_activity WHERE application_name = 'ended in the middle' AND wait_event = 'PgSleep'"
        try await cluster.waitUntil("EXISTS (SELECT FROM \(session))")
        try await cluster.sql("SELECT pg_terminate_backend(pid) FROM \(session)")
        guard case .noAnswer(let failure) = try await outcome.doubt else {
            Issue.record("it is not in doubt")
            return
        }
        #expect(failure.trouble == .shuttingDown)
        #expect(failure.sqlState == "57P01")
        #expect(!connection.isUsable)
    }

    /// It would have to be given rows now, which nobody has.
    @Test func aStatementThatWantsToBeToldMoreIsGivenUp() async throws {
        let connection = try await connected()
        let outcome = try await connection.run([.sql("CREATE TABLE copied ()"), .sql("COPY copied FROM STDIN")])
        #expect(outcome.doubt != nil)
        #expect(!connection.isUsable)
    }

    /// What is read has no transaction that would say how long it may take.
    @Test func whatAUserMayTakeByDefaultEndsNothingThatIsRead() async throws {
        let cluster = try SharedCluster.current
        try await cluster.sql("CREATE ROLE hasty LOGIN", "ALTER ROLE hasty SET statement_timeout = '100ms'")
        let connection = try await PostgreSQLConnection.to(cluster.address(of: "hasty"))
        let setting = "current_setting('statement_timeout') AS setting"
        let rows = try await connection.ask("SELECT pg_sleep(0.3)::text AS slept, \(setting)")
        #expect(try rows.first?.value("setting") == "162s")
        // It is lifted for what goes out together, and for no longer.
        let asItIs = try await onThread { try connection.run([.sql("SELECT \(setting)")], within: plenty) }
        #expect(try asItIs[0].first?.value("setting") == "100ms")
        let outcome = try await connection.run([.sql("SELECT pg_sleep(0.3)::text AS slept")])
        #expect(outcome.rows?.count == 1)
    }

    @Test func whatTakesTooLongIsGivenUp() async throws {
        let other = try await connected()
        let outcome = try await other.run([.sql("SELECT pg_sleep(600)")], within: .milliseconds(50))
        #expect(outcome.doubt == .noAnswer(.tooLate))
    }

    /// The server does not notice that nobody waits any more: what is asked again would run beside what was asked before.
    @Test func whatTakesTooLongIsEndedByTheServer() async throws {
        let cluster = try SharedCluster.current
        let connection = try await PostgreSQLConnection.to(cluster.address, .tests("takes too long"))
        let failure = await #expect(throws: PostgreSQLFailure.self) {
            try await connection.ask("SELECT pg_sleep(600)", within: .seconds(2))
        }
        // On a busy machine the server may be later than this side.
        #expect(failure?.trouble == .cancelled || failure?.trouble == .deadlinePassed)
        #expect(connection.isUsable == (failure?.trouble == .cancelled))
        try await cluster.waitUntil(
            "NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'takes too long' AND state = 'active')")
    }

    /// Other tests open and close descriptors meanwhile: only sockets to this server count.
    @Test func connectionsThatAreDroppedLeaveNothingOpen() async throws {
        try await PrivateCluster.running { cluster in
            try await onThread {
                let address = try PostgreSQLAddress(cluster.address)
                for round in 0..<200 {
                    let connection = try PostgreSQLConnection(address, .tests())
                    if round % 2 == 0 { connection.close() }
                    if round % 50 == 1 {
                        _ = try? connection.query(.sql("SELECT pg_sleep(600)"), within: .milliseconds(1))
                    }
                }
                let refused = try PostgreSQLAddress(cluster.address + " dbname=nobody")
                for _ in 0..<20 {
                    #expect(throws: PostgreSQLUnavailable.self) { try PostgreSQLConnection(refused, .tests()) }
                }
            }
            #expect(Self.sockets(connectedTo: cluster.folder) == 0)
            // The server has noticed, but where it is in the middle of something.
            try await cluster.waitUntil(
                "NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'tests' AND query !~ 'pg_sleep')")
        }
    }

    /// Sockets of this process whose other end has its name below that folder.
    private static func sockets(connectedTo folder: String) -> Int {
        (0..<4_096).count { descriptor in
            var address = sockaddr_un()
            var length = socklen_t(MemoryLayout<sockaddr_un>.size)
            let status = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(Int32(descriptor), $0, &length) }
            }
            guard status == 0, address.sun_family == sa_family_t(AF_UNIX) else { return false }
            return withUnsafeBytes(of: address.sun_path) { String(decoding: $0, as: UTF8.self).hasPrefix(folder) }
        }
    }
}
