// Presence of records in the tables of SQLite: what is looked up in indexes, and what of sweeps is given back.

import ChangeFeed
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("Presence in tables")
struct PresenceTablesTests {
    private let fixture: StoreFixture
    private let opened: OpenStore

    init() throws {
        fixture = try StoreFixture()
        opened = try fixture.open()
    }

    @Test("Ranks, counts and suspects are looked up in indexes alone")
    func plans() throws {
        let conditions = ["presence = 0 AND record_id < 5", "presence = 0", "presence = 1", "presence IN (2, 3)"]
        for condition in conditions {
            let plan = try opened.store.pool.read {
                try Row.fetchAll(
                    $0,
                    sql: "EXPLAIN QUERY PLAN SELECT count(*) FROM known_record WHERE resource_id = 1 AND \(condition)"
                ).map { $0["detail"] as String }.joined()
            }
            #expect(plan.contains("COVERING INDEX"), "\(condition): \(plan)")
        }
    }

    @Test("What a sweep has met, as polls have meanwhile, is forgotten a part at a time once it has ended")
    func sweep() throws {
        try opened.learn(1...6)
        var progress = PresenceProgress()
        progress.sweeps = 4
        progress.walk = .init(covered: 2, last: RecordID("2"))
        try opened.take(
            .sweep(["1", "2"].map(RecordID.init), .underWay), (1...2).map { OpenStore.record($0, name: "A") },
            presence: progress)
        var poll = try opened.page([OpenStore.record(7, name: "N")])
        poll.progress.presence = progress
        _ = try opened.store.commit(
            poll, of: opened.account, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        progress.walk = nil
        try opened.take(
            .sweep([RecordID("3"), RecordID("6")], .complete), [3, 6].map { OpenStore.record($0, name: "B") },
            presence: progress)
        #expect(try opened.store.pruneSweeps(limit: 3) == 3)
        #expect(try opened.store.pruneSweeps(limit: 3) == 2)
    }
}
