import ChangeFeed
import EventStore
import PostgreSQLClient
import PrivatePostgreSQL
import StagedStores
import Testing

@testable import PostgresStore

@Suite("Opening a store in PostgreSQL", .timeLimit(.minutes(60)))
struct OpeningTests {
    private func location(_ address: String, _ schema: String) throws -> PostgresLocation {
        PostgresLocation(try PostgreSQLAddress(address), schema: schema)
    }

    /// What keeps it from being opened; nil where it is.
    private func problem(_ address: String, _ schema: String) async throws -> StoreProblem? {
        let location = try location(address, schema)
        return try await onThread {
            do throws(StoreProblem) {
                try location.open().finish()
                return nil
            } catch { return error }
        }
    }

    @Test("Of ten daemons that open it at once for the first time, all find the same tables, and one has made them")
    func atOnce() async throws {
        try await SharedCluster.standard.lend { server in
            let location = try location(server.address, SharedCluster.newSchema())
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 { group.addTask { try await onThread { try location.open().isNew } } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
        }
    }

    @Test("Of ten that begin with one account at once, all get the same one")
    func oneAccount() async throws {
        try await SharedCluster.standard.lend { server in
            let location = try location(server.address, SharedCluster.newSchema())
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        try await onThread {
                            try location.open().account(named: "a", identity: "by \(number)").account.id
                        }
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
        }
    }

    @Test("A schema of a later version is refused, and left as it is")
    func later() async throws {
        try await SharedCluster.standard.lend { server in
            let schema = SharedCluster.newSchema()
            #expect(try await problem(server.address, schema) == nil)
            try await server.sql("INSERT INTO \(schema).migration VALUES ('999 of the future')")
            let problem = try #require(await problem(server.address, schema))
            #expect(problem.description.contains("was written by a later version"))
            #expect(!problem.passes)
        }
    }

    @Test("A user who may not make the schema is told which privilege is missing")
    func mayNotCreate() async throws {
        try await SharedCluster.standard.lend { server in
            let (schema, role) = (SharedCluster.newSchema(), "r" + SharedCluster.newSchema())
            try await server.sql("CREATE ROLE \(role) LOGIN")
            let problem = try #require(await problem(server.address(of: role), schema))
            #expect(problem.description.contains("the user \(role) lacks privileges: CREATE on the database postgres"))
        }
    }

    @Test("A user who may not use the schema is told so")
    func mayNotUse() async throws {
        try await SharedCluster.standard.lend { server in
            let (schema, role) = (SharedCluster.newSchema(), "r" + SharedCluster.newSchema())
            #expect(try await problem(server.address, schema) == nil)
            try await server.sql("CREATE ROLE \(role) LOGIN")
            let problem = try #require(await problem(server.address(of: role), schema))
            #expect(problem.description.contains("the user \(role) lacks privileges: USAGE on the schema \(schema)"))
            try await server.sql("GRANT USAGE ON SCHEMA \(schema) TO \(role)")
            let unread = try #require(await self.problem(server.address(of: role), schema)).description
            #expect(unread.contains("lacks privileges: SELECT, INSERT, UPDATE, DELETE on all tables of the schema"))
            try await server.sql("GRANT SELECT ON ALL TABLES IN SCHEMA \(schema) TO \(role)")
            let unwritten = try #require(await self.problem(server.address(of: role), schema)).description
            let all = "on all tables of the schema \(schema)"
            #expect(
                unwritten.contains("lacks privileges: DELETE \(all), INSERT \(all), UPDATE \(all)."), "\(unwritten)")
        }
    }

    @Test("A schema that was made for its user is enough: what is looked at before says the same as the start")
    func ofAnother() async throws {
        try await SharedCluster.standard.lend { server in
            let (schema, role) = (SharedCluster.newSchema(), "r" + SharedCluster.newSchema())
            try await server.sql("CREATE ROLE \(role) LOGIN", "CREATE SCHEMA \(schema) AUTHORIZATION \(role)")
            let location = try location(server.address(of: role), schema)
            _ = try await onThread { try location.inspect() }
            #expect(try await problem(server.address(of: role), schema) == nil)
        }
    }

    @Test("Tables are not made while their COMMIT would wait for a standby: that is said, and passes")
    func withoutStandby() async throws {
        try await PrivateCluster.running { server in
            try await server.set("synchronous_standby_names", "nobody")
            let problem = try #require(await problem(server.address, "s"))
            #expect(problem.description.contains("wait for a synchronous standby"), "\(problem)")
            #expect(problem.passes)
            try await server.set("synchronous_standby_names", "")
            #expect(try await self.problem(server.address, "s") == nil)
        }
    }

    @Test("What became of old transactions is forgotten a part at a time, and of young ones kept")
    func batches() async throws {
        try await SharedCluster.standard.lend { server in
            let store = try await onThread { try PrivateStore(at: server.address) }
            let table = "\(store.location.schema).batch"
            let kept = try await server.sql("SELECT count(*) FROM \(table)")
            try await server.sql(
                """
                INSERT INTO \(table) (id, state, made_at) SELECT gen_random_uuid(), 'done', now() - interval '49 hours'
                FROM generate_series(1, \(PostgresLimits.batchesPrunedAtOnce + 1))
                """)
            #expect(try await onThread { try store.store.dropUnneeded() })
            #expect(try await onThread { try !store.store.dropUnneeded() })
            #expect(try await server.sql("SELECT count(*) FROM \(table)") == kept)
        }
    }

    @Test("A user who may not write a table is told which; one who has all that is documented may open it")
    func privileges() async throws {
        try await SharedCluster.standard.lend { server in
            let (schema, role) = (SharedCluster.newSchema(), "r" + SharedCluster.newSchema())
            #expect(try await problem(server.address, schema) == nil)
            try await server.sql(
                "CREATE ROLE \(role) LOGIN", "GRANT USAGE ON SCHEMA \(schema) TO \(role)",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(schema) TO \(role)",
                "REVOKE INSERT, DELETE ON \(schema).delivery FROM \(role)")
            let problem = try #require(await problem(server.address(of: role), schema))
            #expect(
                problem.description.contains(
                    "lacks privileges: DELETE on \(schema).delivery, INSERT on \(schema).delivery"))
            try await server.sql("GRANT INSERT, DELETE ON \(schema).delivery TO \(role)")
            #expect(try await self.problem(server.address(of: role), schema) == nil)
            let location = try location(server.address(of: role), schema)
            try await onThread {
                // It can be worked with as well.
                _ = try location.open().account(named: "a", identity: "a").endpoint(
                    named: "e", longestWait: .hours(1), at: PrivateStore.now)
            }
        }
    }

    @Test("Commands that ask at the same time get a number each")
    func requests() async throws {
        try await SharedCluster.standard.lend { server in
            let location = try location(server.address, SharedCluster.newSchema())
            try await onThread { _ = try location.open().account(named: "a", identity: "a") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try await onThread {
                            try location.visit(account: "a", isReadOnly: false)
                                .requestReplay(of: ReplaySelection(), eventsPerSecond: 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let asked = try await onThread {
                try location.open().account(named: "a")?.look { try $0.requests([.replay]).map(\.id) }
            }
            #expect(asked == Array(1...8))
        }
    }
}
