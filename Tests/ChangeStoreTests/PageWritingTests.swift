import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("Writing a page")
struct PageWritingTests {
    private func bodies(_ opened: OpenStore) throws -> [String] {
        try opened.store.pool.read { db in
            try Data.fetchAll(db, sql: "SELECT unpacked(body) FROM event ORDER BY sequence").map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    @Test("What the clocks showed at the first contact is kept with the progress", arguments: [true, false])
    func firstContact(hasDate: Bool) throws {
        let fixture = try StoreFixture()
        defer { withExtendedLifetime(fixture) {} }
        let opened = try fixture.open()
        var page = try opened.page([])
        let contact = FirstContact(own: opened.now, server: hasDate ? opened.now + .hours(2) : nil)
        page.progress.firstContact = contact
        _ = try opened.store.commit(
            page, of: opened.account, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        #expect(try opened.store.progress(of: opened.account)[OpenStore.plan.name]?.firstContact == contact)
    }

    @Test("A new record is created, the same one again is nothing, and a changed one is updated with its diff")
    func detection() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        #expect(
            try opened.commit([OpenStore.record(1, name: "Huber"), OpenStore.record(2, name: "Okoye")]).created == 2)
        #expect(try opened.commit([OpenStore.record(1, name: "Huber")]).unchanged == 1)
        let updated = OpenStore.record(1, name: "Hubert", updated: "2026-11-23 11:00:00")
        #expect(try opened.commit([updated]).updated == 1)
        let last = try #require(try bodies(opened).last)
        #expect(last.contains(#""changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hubert"}]"#))
        #expect(last.contains(#""record":\#(updated)"#))
        #expect(last.contains(#""type":"contact.updated""#))
        #expect(last.contains(#""sequence":3,"#))
    }

    @Test("A stamp that moved alone is no event, and the next diff still leads from the last announced state")
    func stampAlone() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "Huber")])
        let touched = OpenStore.record(1, name: "Huber", updated: "2026-11-23 12:00:00")
        #expect(try opened.commit([touched]).events == 0)
        #expect(try opened.commit([touched]).unchanged == 1)
        #expect(try opened.commit([OpenStore.record(1, name: "Hubert", updated: "2026-11-23 13:00:00")]).updated == 1)
        #expect(try bodies(opened).count == 2)
    }

    @Test("A value that goes from A to B to A to B gives an event with an id of its own each time")
    func backAndForth() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        for name in ["A", "B", "A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let ids = try opened.store.pool.read { try String.fetchAll($0, sql: "SELECT id FROM event") }
        #expect(ids.count == 4)
        #expect(Set(ids).count == 4)
    }

    @Test("What polls taught of a resource comes back as it was, and a page without it leaves it")
    func pace() throws {
        let fixture = try StoreFixture()
        var pace = ResourcePace()
        for poll in 1...9 {
            let end = fixture.now + .minutes(poll)
            pace.polled(Double(poll), requests: 2, from: end - .minutes(1), to: end)
        }
        do {
            let opened = try fixture.open()
            #expect(try opened.store.paces(of: opened.account).isEmpty)
            var page = try opened.page([])
            page.pace = pace
            for commit in [page, try opened.page([OpenStore.record(1, name: "A")])] {
                _ = try opened.store.commit(
                    commit, of: opened.account, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
            }
        }
        let reopened = try fixture.open()
        #expect(try reopened.store.paces(of: reopened.account) == [OpenStore.plan.name: pace])
    }

    @Test(
        "A pace that something else wrote is learned anew",
        arguments: [("\"polls\":9", "\"polls\":-1"), ("\"trust\":[", "\"trust\":[0,"), ("{", "[")])
    func unsoundPace(written: String, instead: String) throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        var pace = ResourcePace()
        for poll in 1...9 {
            pace.polled(1, requests: 1, from: fixture.now + .minutes(poll), to: fixture.now + .minutes(poll + 1))
        }
        var page = try opened.page([])
        page.pace = pace
        _ = try opened.store.commit(
            page, of: opened.account, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        try opened.store.pool.write { db in
            try db.execute(sql: "UPDATE resource SET pace = replace(pace, ?, ?)", arguments: [written, instead])
        }
        #expect(try opened.store.paces(of: opened.account).isEmpty)
    }

    @Test("Events are due by the clock that deliveries go by, whatever the wall clock shows")
    func twoClocks() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        let page = try opened.page([OpenStore.record(1, name: "A")])
        _ = try opened.store.commit(
            page, of: opened.account, to: [opened.endpoint], detectedAt: fixture.now + .hours(1), at: fixture.now)
        #expect(try opened.due().map(\.dueAt) == [fixture.now])
        #expect(try bodies(opened)[0].contains((fixture.now + .hours(1)).iso8601Milliseconds))
    }

    @Test("Learning is silent")
    func learning() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        let page = try opened.page(
            [OpenStore.record(1, name: "A")], threshold: .since(fixture.now), baseline: .firstPage
        )
        let summary = try opened.store.commit(
            page, of: opened.account, to: [opened.endpoint], detectedAt: fixture.now, at: fixture.now)
        #expect(summary.learned == 1)
        #expect(try bodies(opened).isEmpty)
        #expect(try opened.commit([OpenStore.record(1, name: "B")]).updated == 1)
    }

    @Test("A page that fails half way leaves nothing behind: no known record, no event, no progress, no number used up")
    func allOrNothing() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.store.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER stop BEFORE INSERT ON known_record WHEN NEW.record_id = 3
                    BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
                    """)
        }
        let records = (1...3).map { OpenStore.record($0, name: "A") }
        #expect(throws: DatabaseError.self) { try opened.commit(records) }
        #expect(try opened.store.progress(of: opened.account).isEmpty)
        #expect(try bodies(opened).isEmpty)
        #expect(try opened.due().isEmpty)
        try opened.store.pool.write { try $0.execute(sql: "DROP TRIGGER stop") }
        #expect(try opened.commit(records).created == 3)
        #expect(try opened.due().map(\.sequence) == [1, 2, 3])
    }

    @Test("A record that stands in a page twice is compared with itself the second time")
    func twice() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A")])
        let later = "2026-11-23 11:00:00"
        let summary = try opened.commit([
            OpenStore.record(1, name: "B", updated: later), OpenStore.record(2, name: "A"),
            OpenStore.record(1, name: "B", updated: later), OpenStore.record(2, name: "B", updated: later),
        ])
        #expect(summary.created == 1 && summary.updated == 2 && summary.unchanged == 1)
    }

    @Test(
        "Of a page of any size each record is compared with its own state", arguments: [1, 2, 3, 511, 512, 513, 1_300])
    func sizes(count: Int) throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        let known = (0..<count).filter { $0 % 3 != 0 }
        try opened.commit(known.map { OpenStore.record($0, name: "A\($0)") })
        let summary = try opened.commit(
            (0..<count).map { id in
                let isChanged = id % 3 == 2
                return OpenStore.record(
                    id, name: isChanged ? "B" : "A\(id)", updated: "2026-11-23 1\(isChanged ? 1 : 0):00:00")
            })
        #expect(summary.created == count - known.count)
        #expect(summary.updated == known.count { $0 % 3 == 2 })
        #expect(summary.unchanged == known.count { $0 % 3 == 1 })
    }

    @Test("A change detected again after a crash before its commit gets the same id")
    func sameID() throws {
        var ids: [[String]] = []
        for _ in 0..<2 {
            let fixture = try StoreFixture()
            let opened = try fixture.open()
            try opened.commit([OpenStore.record(1, name: "A")])
            ids.append(try opened.due().map(\.eventID))
        }
        #expect(ids[0] == ids[1])
    }

    @Test(
        "Ids keep their spelling, whether they are numbers or not",
        arguments: ["1", "007", "a-b", "-5", "99999999999999999999"])
    func recordIDs(text: String) throws {
        #expect(RecordID.fromDatabaseValue(RecordID(text).databaseValue) == RecordID(text))
    }
}
