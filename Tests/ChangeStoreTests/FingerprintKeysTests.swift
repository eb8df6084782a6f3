// The key by which a store knows records again: one of its own, or none where it was lost.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("The key that a store knows records by")
struct FingerprintKeysTests {
    private func page(_ records: [String], of opened: OpenStore, by key: FingerprintKey?) throws -> PageCommit {
        var page = try opened.page(records)
        page.records = page.records.map { SeenRecord($0.record, idField: OpenStore.plan.idField, key)! }
        return page
    }

    private func commit(_ page: PageCommit, to opened: OpenStore) throws -> CommitSummary {
        try opened.store.commit(page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
    }

    private func fingerprints(_ opened: OpenStore) throws -> [[UInt8]] {
        try opened.store.store.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT fingerprint FROM known_record ORDER BY record_id").map { $0.bytes(at: 0) }
        }
    }

    @Test(
        "A key that is lost or damaged is none, and records are compared by their content",
        arguments: ["zeroblob(31)", nil])
    func lost(seed: String?) throws {
        let opened = try StoreFixture().open()
        let key = try #require(try opened.store.fingerprintKey())
        let records = [OpenStore.record(1, name: "Huber")]
        _ = try commit(page(records, of: opened, by: key), to: opened)
        try opened.store.store.pool.write { db in
            try db.execute(sql: seed.map { "UPDATE fingerprint_key SET seed = \($0)" } ?? "DELETE FROM fingerprint_key")
        }
        let isLost = try opened.store.fingerprintKey() == nil
        #expect(isLost)
        let again = try commit(page(records, of: opened, by: nil), to: opened)
        #expect(again.unchanged == 1 && again.events == 0)
        #expect(try fingerprints(opened) == records.map { Fingerprint(of: Array($0.utf8)[...]).bytes })
    }

    @Test("Every store has a key of its own")
    func own() throws {
        let content = Array("{}".utf8)[...]
        let keys = try [StoreFixture(), StoreFixture()].map {
            try $0.open().store.fingerprintKey()?.fingerprint(of: content)
        }
        #expect(keys[0] != nil && keys[0] != keys[1])
    }
}
