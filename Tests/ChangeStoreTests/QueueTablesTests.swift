// The queue in the tables of SQLite: rows that are missing, and by which index what is due is found.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("The queue in tables")
struct QueueTablesTests {
    @Test("What could not be read when it was to be taken is not taken", arguments: [false, true])
    func brokenClaim(coalesces: Bool) throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open(rules: EndpointRules(coalesces: coalesces))
        try opened.commit((1...3).map { OpenStore.record($0, name: "A") })
        try opened.store.store.pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; UPDATE event SET sequence = 99 WHERE sequence = 2")
        }
        #expect(throws: DatabaseError.self) {
            try opened.store.claim(of: opened.endpoint, limit: 3, at: opened.now)
        }
        try opened.store.store.pool.writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE event SET sequence = 2 WHERE sequence = 99")
        }
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 3, at: opened.now)
        #expect(claimed.map(\.sequence) == [1, 2, 3])
    }

    @Test("Finding what is due needs no scan and no sort of the queue")
    func queryPlan() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        let (new, failed) = (
            QueueLane(endpoint: 1, isReplay: false, wasTried: false),
            QueueLane(endpoint: 1, isReplay: false, wasTried: true)
        )
        let queries: [(String, StatementArguments, index: String)] = [
            (new.dueQuery(), [1, 0, "contact.updated", 1], "delivery_new"),
            (failed.dueQuery(isDue: false), [1, 0, "contact.updated", 1], "delivery_failed"),
            (new.typesQuery, [1, 0], "delivery_new"),
            (failed.typesQuery, [1, 0], "delivery_failed"),
        ]
        for (query, arguments, index) in queries {
            let plan = try opened.store.store.pool.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query, arguments: arguments)
                    .map { $0["detail"] as String }
            }
            #expect(plan.contains { $0.contains("INDEX \(index) ") })
            #expect(!plan.contains { $0.contains("TEMP B-TREE") })
            // The types that were found are gone through, and nothing else.
            #expect(plan.filter { $0.contains("SCAN") }.allSatisfy { $0 == "SCAN kind" })
            #expect(plan.filter { $0.contains("delivery") }.allSatisfy { $0.contains("SEARCH delivery") })
        }
    }
}
