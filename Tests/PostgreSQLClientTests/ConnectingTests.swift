// Servers are tried one by one, until one is a primary that lets us in.

import ChangeFeed
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

struct ConnectingTests {
    /// An address with the first server's place before the second's.
    private func list(_ first: (host: String, port: Int), _ second: PrivateCluster, _ rest: String) -> String {
        "host=\(first.host),\(second.folder) port=\(first.port),\(second.port) user=tester \(rest)"
    }

    @Test func aServerSaysWhatItIs() async throws {
        try await PrivateCluster.running(["fsync": "on"], isOnNetwork: true) { cluster in
            let connection = try await PostgreSQLConnection.to(cluster.networkAddress, .tests("what it is"))
            #expect(connection.server.version >= 120_000)
            #expect(connection.server.timeline == 1)
            #expect(connection.server.warnings == [])
            #expect(connection.server.target.description == "127.0.0.1:\(cluster.port)")
            let session = try await connection.ask(
                """
                SELECT application_name, current_setting('client_encoding') AS encoding FROM pg_stat_activity
                WHERE pid = pg_backend_pid()
                """)
            #expect(try session.first?.value("application_name") == "what it is")
            #expect(try session.first?.value("encoding") == "UTF8")
        }
    }

    @Test func anEncryptedConnectionCarriesMuchBothWays() async throws {
        try await PrivateCluster.running(isOnNetwork: true) { cluster in
            let connection = try await PostgreSQLConnection.to(cluster.networkAddress)
            let large = [UInt8](repeating: 0xa5, count: 20_000_000)
            let echo = PostgreSQLStatement.sql("SELECT $1::bytea AS content", [.bytes(large)])
            let isEncrypted = PostgreSQLStatement.sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            let answers = try #require(try await connection.run([echo, isEncrypted, echo]).rows)
            #expect(try answers[0].first?.value("content") == large)
            #expect(try answers[1].first?.value("ssl") == true)
            #expect(try answers[2].first?.value("content") == large)
        }
    }

    @Test func aWrongPasswordIsNotShown() async throws {
        try await PrivateCluster.running(isOnNetwork: true) { cluster in
            let attempts = await PostgreSQLConnection.refusals(
                of: "postgresql://tester:wrong%20one@127.0.0.1:\(cluster.port)/postgres")
            #expect(attempts.map(\.failure.trouble) == [.notAuthenticated])
            #expect(attempts.first?.failure.sqlState == "28P01")
            #expect(!"\(attempts)".contains("wrong one"))
            // The server has said nothing yet that would have a number.
            let without = await PostgreSQLConnection.refusals(
                of: "postgresql://tester@127.0.0.1:\(cluster.port)/postgres?passfile=/dev/null")
            #expect(without.map(\.failure.trouble) == [.notAuthenticated])
        }
    }

    @Test func whatAServerLacksIsAWarning() async throws {
        try await PrivateCluster.running(["fsync": "off", "synchronous_standby_names": "nobody"]) { cluster in
            let server = try await PostgreSQLConnection.to(cluster.address).server
            #expect(server.warnings == [.fsyncOff, .noSynchronousStandby(names: "nobody")])
        }
    }

    @Test func whatMayNotBeSeenIsLeftOut() async throws {
        try await PrivateCluster.running { cluster in
            try await cluster.sql(
                "REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM PUBLIC", "CREATE ROLE stranger LOGIN")
            let server = try await PostgreSQLConnection.to(cluster.address(of: "stranger")).server
            #expect(server.timeline == nil)
            #expect(server.warnings == [.fsyncOff])
        }
    }

    @Test func aServerThatIsNotThereIsPassedOver() async throws {
        try await PrivateCluster.running { cluster in
            let address = list((cluster.folder + "/nowhere", 5432), cluster, "dbname=postgres")
            let connection = try await PostgreSQLConnection.to(address)
            #expect(connection.server.target.host == cluster.folder)
            let attempts = await PostgreSQLConnection.refusals(
                of: "host=127.0.0.1 port=1 user=tester password=hidden dbname=x")
            #expect(attempts.map(\.failure.trouble) == [.unreachable])
            #expect(attempts[0].failure.message.contains("Connection refused"))
            #expect(!"\(attempts)".contains("hidden"))
        }
    }

    @Test func aServerWithoutTheDatabaseIsPassedOver() async throws {
        try await PrivateCluster.running { first in
            try await PrivateCluster.running { second in
                try await second.sql("CREATE DATABASE wanted")
                let connection = try await PostgreSQLConnection.to(
                    list((first.folder, first.port), second, "dbname=wanted"))
                #expect(connection.server.target.host == second.folder)
                let attempts = await PostgreSQLConnection.refusals(
                    of: list((first.folder, first.port), second, "dbname=unwanted"))
                #expect(attempts.map(\.failure.trouble) == [.undefinedDatabase, .undefinedDatabase])
                #expect(attempts[0].failure.sqlState == "3D000")
                #expect(attempts[0].failure.message == #"database "unwanted" does not exist"#)
            }
        }
    }

    @Test func aServerWithoutAFreePlaceIsPassedOver() async throws {
        try await PrivateCluster.running(["max_connections": "2", "superuser_reserved_connections": "0"]) { first in
            try await PrivateCluster.running { second in
                let held = [
                    try await PostgreSQLConnection.to(first.address), try await PostgreSQLConnection.to(first.address),
                ]
                let address = list((first.folder, first.port), second, "dbname=postgres")
                let connection = try await PostgreSQLConnection.to(address)
                #expect(connection.server.target.host == second.folder)
                let attempts = await PostgreSQLConnection.refusals(of: first.address)
                #expect(attempts.map(\.failure.trouble) == [.tooManyConnections])
                #expect(held.allSatisfy { $0.isUsable })
            }
        }
    }

    /// The system takes the call for it, and nobody answers.
    @Test func aFrozenServerIsGivenUpInTime() async throws {
        try await PrivateCluster.running(isOnNetwork: true) { cluster in
            cluster.signal(SIGSTOP)
            let dialling = PostgreSQLDialling.tests(patience: .milliseconds(50))
            for address in [cluster.networkAddress, cluster.address] {
                let attempts = await PostgreSQLConnection.refusals(of: address, dialling)
                #expect(attempts.map(\.failure.trouble) == [.deadlinePassed])
            }
            cluster.signal(SIGCONT)
            let after = try await PostgreSQLConnection.to(cluster.networkAddress)
            #expect(after.server.target.host == "127.0.0.1")
        }
    }

    @Test func aFrozenSessionIsGivenUpInTime() async throws {
        try await PrivateCluster.running { cluster in
            let connection = try await PostgreSQLConnection.to(cluster.address)
            let id = try await connection.ask("SELECT pg_backend_pid() AS id").first?.value("id", as: Int32.self)
            let process = try #require(id)
            kill(process, SIGSTOP)
            let failure = await #expect(throws: PostgreSQLFailure.self) {
                try await connection.ask("SELECT 1", within: .milliseconds(50))
            }
            #expect(failure?.trouble == .deadlinePassed)
            kill(process, SIGCONT)
            let after = try await PostgreSQLConnection.to(cluster.address)
            #expect(try await after.ask("SELECT 1::int8 AS one").first?.value("one") == Int64(1))
        }
    }
}
