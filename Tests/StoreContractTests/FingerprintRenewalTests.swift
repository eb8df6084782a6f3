// Stores of earlier versions know records by SHA-256: they are known all the same, and by the key from then on.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Records that an earlier version has known", .onEveryEngine)
struct FingerprintRenewalTests {
    private let place: StorePlace
    private let opened: OpenStore
    private let key = FingerprintKey(seed: (1...32).map { UInt8($0) })

    init() throws {
        place = try StorePlace()
        opened = try place.open()
    }

    private func page(_ records: [String], of opened: OpenStore, by key: FingerprintKey?) throws -> PageCommit {
        var page = try opened.page(records)
        page.records = page.records.map { SeenRecord($0.record, idField: OpenStore.plan.idField, key)! }
        return page
    }

    private func commit(_ page: PageCommit, to opened: OpenStore) throws -> CommitSummary {
        try opened.store.commit(page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
    }

    /// In the order of the records' ids.
    private func fingerprints() throws -> [Fingerprint] {
        try opened.store.look { store throws in
            let resource = try #require(try store.resource(named: OpenStore.plan.name)).id
            let ids = try store.ids(RecordSelection([.listed], of: resource), limit: nil, offset: 0)
            let summaries = try store.summaries(of: ids, in: resource)
            return ids.compactMap { summaries[$0]?.fingerprint }
        }
    }

    @Test("Read again with the same bytes they are no events, and their fingerprints are by the key")
    func renewal() throws {
        let records = [OpenStore.record(1, name: "Huber"), OpenStore.record(2, name: "Maier")]
        #expect(try commit(page(records, of: opened, by: nil), to: opened).created == 2)
        let again = try commit(page(records, of: opened, by: key), to: opened)
        #expect(again.unchanged == 2 && again.events == 0)
        #expect(try fingerprints() == records.map { key.fingerprint(of: Array($0.utf8)[...]) })
        #expect(try commit(page(records, of: opened, by: key), to: opened).unchanged == 2)
    }

    @Test("A change that waits for the end of its reading goes on waiting")
    func unstamped() throws {
        _ = try commit(
            page([OpenStore.record(1, name: "Huber", updated: "2026-11-01 10:00:00")], of: opened, by: nil), to: opened)
        let changed = [OpenStore.record(1, name: "Hubert", updated: "2026-11-01 10:00:00")]
        var found = try page(changed, of: opened, by: nil)
        found.reading = .sweep
        #expect(try commit(found, to: opened).events == 0)
        #expect(try commit(page(changed, of: opened, by: key), to: opened).events == 0)
        #expect(try opened.unstamped().open == 1)
    }
}
