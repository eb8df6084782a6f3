// What a page makes of the records that are known, and of the log.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Writing a page", .onEveryEngine)
struct PageWritingTests {
    private func texts(_ opened: OpenStore) throws -> [String] {
        try opened.bodies().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("What the clocks showed at the first contact is kept with the progress", arguments: [true, false])
    func firstContact(hasDate: Bool) throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        var page = try opened.page([])
        let contact = FirstContact(own: opened.now, server: hasDate ? opened.now + .hours(2) : nil)
        page.progress.firstContact = contact
        _ = try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        #expect(try opened.store.progress()[OpenStore.plan.name]?.firstContact == contact)
    }

    @Test("A new record is created, the same one again is nothing, and a changed one is updated with its diff")
    func detection() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        #expect(
            try opened.commit([OpenStore.record(1, name: "Huber"), OpenStore.record(2, name: "Okoye")]).created == 2)
        #expect(try opened.commit([OpenStore.record(1, name: "Huber")]).unchanged == 1)
        let updated = OpenStore.record(1, name: "Hubert", updated: "2026-11-23 11:00:00")
        #expect(try opened.commit([updated]).updated == 1)
        let last = try #require(try texts(opened).last)
        #expect(last.contains(#""changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hubert"}]"#))
        #expect(last.contains(#""record":\#(updated)"#))
        #expect(last.contains(#""type":"contact.updated""#))
        #expect(last.contains(#""sequence":3,"#))
    }

    @Test("A stamp that moved alone is no event, and the next diff still leads from the last announced state")
    func stampAlone() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "Huber")])
        let touched = OpenStore.record(1, name: "Huber", updated: "2026-11-23 12:00:00")
        #expect(try opened.commit([touched]).events == 0)
        #expect(try opened.commit([touched]).unchanged == 1)
        #expect(try opened.commit([OpenStore.record(1, name: "Hubert", updated: "2026-11-23 13:00:00")]).updated == 1)
        #expect(try texts(opened).count == 2)
    }

    @Test("A value that goes from A to B to A to B gives an event with an id of its own each time")
    func backAndForth() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        for name in ["A", "B", "A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let ids = try opened.messages().map(\.id)
        #expect(ids.count == 4)
        #expect(Set(ids).count == 4)
    }

    @Test("What polls taught of a resource comes back as it was, and a page without it leaves it")
    func pace() throws {
        let fixture = try StorePlace()
        var pace = ResourcePace()
        for poll in 1...9 {
            let end = fixture.now + .minutes(poll)
            pace.polled(Double(poll), requests: 2, from: end - .minutes(1), to: end)
        }
        do {
            let opened = try fixture.open()
            #expect(try opened.store.paces().isEmpty)
            var page = try opened.page([])
            page.pace = pace
            for commit in [page, try opened.page([OpenStore.record(1, name: "A")])] {
                _ = try opened.store.commit(
                    commit, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
            }
        }
        let reopened = try fixture.open()
        #expect(try reopened.store.paces() == [OpenStore.plan.name: pace])
    }

    @Test("Events are due by the clock that deliveries go by, whatever the wall clock shows")
    func twoClocks() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        let page = try opened.page([OpenStore.record(1, name: "A")])
        _ = try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: fixture.now + .hours(1), at: fixture.now)
        #expect(try opened.due().map(\.dueAt) == [fixture.now])
        #expect(try texts(opened)[0].contains((fixture.now + .hours(1)).iso8601Milliseconds))
    }

    @Test("Learning is silent")
    func learning() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        let page = try opened.page(
            [OpenStore.record(1, name: "A")], threshold: .since(fixture.now), baseline: .firstPage
        )
        let summary = try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: fixture.now, at: fixture.now)
        #expect(summary.learned == 1)
        #expect(try texts(opened).isEmpty)
        #expect(try opened.commit([OpenStore.record(1, name: "B")]).updated == 1)
    }

    @Test("A record that stands in a page twice is compared with itself the second time")
    func twice() throws {
        let fixture = try StorePlace()
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
        let fixture = try StorePlace()
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
            let fixture = try StorePlace()
            let opened = try fixture.open()
            try opened.commit([OpenStore.record(1, name: "A")])
            ids.append(try opened.due().map(\.eventID))
        }
        #expect(ids[0] == ids[1])
    }
}
