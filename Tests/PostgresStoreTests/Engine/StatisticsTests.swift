import ChangeFeed
import EventStore
import PrivatePostgreSQL
import StagedStores
import Testing

@testable import PostgresStore

@Suite("What the planner knows of tables", .timeLimit(.minutes(60)))
struct StatisticsTests {
    @Test("is brought up to date once they have grown, and not before")
    func growth() async throws {
        try await SharedCluster.standard.lend { server in
            let store = try await onThread { try PrivateStore(at: server.address) }
            func columnsKnown() async throws -> String {
                try await server.sql(
                    "SELECT count(*) > 0 FROM pg_stats WHERE schemaname = '\(store.location.schema)' AND tablename = 'delivery'"
                )
            }
            func commit(_ ids: Range<Int>) async throws {
                _ = try await onThread {
                    try store.staged.commit(ids.map { StagedStore<PostgresAccountStore>.record($0, name: "A") })
                }
            }
            // The server's own looks are not to be taken for the daemon's.
            _ = try await server.sql(
                "ALTER TABLE \(store.location.schema).delivery SET (autovacuum_enabled = off)")
            try await commit(0..<100)
            #expect(try await columnsKnown() == "f")
            try await commit(100..<800)
            try await server.waitUntil(
                "EXISTS (SELECT FROM pg_stats WHERE schemaname = '\(store.location.schema)' AND tablename = 'delivery')"
            )
        }
    }
}
