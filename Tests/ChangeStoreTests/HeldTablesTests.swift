// What is held, as SQLite keeps it: what an earlier version asked about it, and what `status` shows of it.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("What is held, in tables")
struct HeldTablesTests {
    private let fixture: StoreFixture
    private let opened: OpenStore

    init() throws {
        fixture = try StoreFixture()
        opened = try fixture.open()
        try opened.learn(1...100)
    }

    private func holdDeletes() throws {
        var presence = PresenceProgress()
        presence.hold = .held(since: opened.now, .awaitsSample)
        try opened.take(
            .compare(IDPage(skip: 0, top: 500, ids: [RecordID("1")]), plausiblyMissing: 100), presence: presence)
    }

    private func status() throws -> StoreStatus.Resource? {
        try opened.store.status(endpoints: []).resources.first
    }

    @Test("A request of the version before is about all that is held when it is met")
    func olderRequest() throws {
        try opened.read((1...100).map { OpenStore.relaid($0) })
        try holdDeletes()
        try opened.store.store.pool.write { db in
            try db.execute(
                sql:
                    "INSERT INTO operator_request (account_id, resource_id, verb) SELECT account_id, id, 'dismiss' FROM resource"
            )
        }
        while try opened.store.carryOutDecision(limit: 30).hasMore {}
        #expect(try status()?.records[.dismissed] == 99)
        #expect(try status()?.changesHeld == 0)
    }

    @Test("status shows since when changes wait, and since when and where they are held")
    func shown() throws {
        try opened.read((1...60).map { OpenStore.relaid($0) }, ends: false)
        var later = opened
        later.now = later.now + .hours(1)
        try later.read([OpenStore.relaid(61)], ends: false)
        let open = try #require(try status())
        #expect(open.changesOpen == 61 && open.changesOpenSince == opened.now)
        #expect(open.changesHeld == 0 && open.changesHeldSince == nil && open.changesHeldIn.isEmpty)
        try later.read((62...100).map { OpenStore.relaid($0) })
        let held = try #require(try status())
        #expect(held.changesHeld == 100 && held.changesHeldSince == later.now && held.changesHeldIn == ["/CHECKED"])
        #expect(held.changesOpen == 0 && held.changesOpenSince == nil)
    }

    @Test("A command beside the daemon asks about what is held at that moment, and of no other resource")
    func asked() throws {
        let visitor = try StoreVisitor(path: fixture.path, account: "default", isReadOnly: false)
        #expect(try visitor.request(.dismiss, of: OpenStore.plan.name) == .nothingHeld)
        #expect(try visitor.request(.dismiss, of: ResourceName("leads")) == .unknownResource)
        let other = try StoreVisitor(path: fixture.path, account: "other", isReadOnly: false)
        #expect(try other.request(.dismiss, of: OpenStore.plan.name) == .unknownResource)
        try holdDeletes()
        #expect(try visitor.request(.dismiss, of: OpenStore.plan.name) == .requested)
        #expect(try opened.store.carryOutDecision(limit: 1_000).done?.dismissesDeletes == true)
        #expect(try status()?.records == [.listed: 1, .dismissed: 99])
    }
}
