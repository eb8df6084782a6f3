// What is held, as SQLite keeps it: what an earlier version asked about it.

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
}
