// Presence of records in the tables of SQLite: what is looked up in indexes.

import ChangeFeed
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("Presence in tables")
struct PresenceTablesTests {
    @Test("Ranks, counts and suspects are looked up in indexes alone")
    func plans() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        let conditions = ["presence = 0 AND record_id < 5", "presence = 0", "presence = 1", "presence IN (2, 3)"]
        for condition in conditions {
            let plan = try opened.store.store.pool.read {
                try Row.fetchAll(
                    $0,
                    sql: "EXPLAIN QUERY PLAN SELECT count(*) FROM known_record WHERE resource_id = 1 AND \(condition)"
                ).map { $0["detail"] as String }.joined()
            }
            #expect(plan.contains("COVERING INDEX"), "\(condition): \(plan)")
        }
    }
}
