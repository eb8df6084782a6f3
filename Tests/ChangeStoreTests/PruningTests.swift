import ChangeFeed
import EventStore
import SimulatedWorld
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("Pruning")
struct PruningTests {
    @Test("What nobody gets is found by an index, however much waits")
    func unsentPlan() throws {
        let opened = try StoreFixture().open()
        let plan = try opened.store.store.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + SQLiteTransaction.unsentQuery, arguments: [1, 1, 9, 1])
                .map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("event_detected") } && !plan.contains { $0.contains("SCAN") })
    }

    @Test("Attempts go with their delivery")
    func attempts() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        try opened.commit([OpenStore.record(1, name: "A")])
        try opened.settle(try #require(try opened.due().first), as: .delivered)
        #expect(try opened.store.prune(settledBefore: opened.now + .seconds(1), limit: 10) == 1)
        let left = try opened.store.store.pool.read {
            try Int.fetchOne($0, sql: "SELECT (SELECT count(*) FROM attempt) + (SELECT count(*) FROM fold)")
        }
        #expect(left == 0)
    }

    @Test("What was pruned is given back: the file does not keep its greatest size for ever")
    func shrinking() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        // Of what is alike, hardly anything would be left.
        var random = SeededGenerator(seed: 1)
        func filler() -> String {
            String(decoding: (0..<4000).map { _ in UInt8.random(in: 97...122, using: &random) }, as: UTF8.self)
        }
        for page in 0..<10 {
            try opened.commit((0..<200).map { OpenStore.record(page * 200 + $0, name: filler()) })
        }
        try opened.store.store.pool.write { db in
            for table in ["delivery", "event", "known_record"] { try db.execute(sql: "DELETE FROM \(table)") }
        }
        func pages() throws -> Int {
            try opened.store.store.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        }
        let before = try pages()
        while try opened.store.store.shrink(pages: 500) {}
        #expect(before > 2000)
        #expect(try pages() < before / 2)
    }
}
