// What becomes of a record that lists lack, that is gone, or that is there again.

import ChangeFeed
import EventStore
import StagedStores
import Testing

private func ids(_ numbers: some Sequence<Int>) -> [RecordID] { numbers.map { RecordID(String($0)) } }

@Suite("Writing presence", .onEveryEngine)
struct PresenceWritingTests {
    private let place: StorePlace
    private let opened: OpenStore

    init() throws {
        place = try StorePlace()
        opened = try place.open()
    }

    @Test("A record that is gone is told once, with its last known state and without changes")
    func gone() throws {
        try opened.learn(1...3)
        let summary = try opened.take(.lookup(RecordID("2"), .gone, refill: 0), sighting: .byID)
        #expect(summary.deleted == 1)
        #expect(summary.presence?.tally == PresenceTally(listed: 2))
        #expect(try opened.take(.lookup(RecordID("2"), .gone, refill: 0), sighting: .byID).deleted == 0)
        let due = try opened.due()
        #expect(due.map(\.type) == ["contact.deleted"])
        let body = String(decoding: due[0].body, as: UTF8.self)
        #expect(body.contains(#""record":\#(OpenStore.record(2, name: "A")),"changes":null}"#))
    }

    @Test("A record never known is not told as deleted")
    func unknownGone() throws {
        #expect(try opened.take(.lookup(RecordID("9"), .gone, refill: 0), sighting: .byID).events == 0)
    }

    @Test("A deleted record that is there again is created, restored, under a new id")
    func restored() throws {
        try opened.learn(1...1)
        try opened.take(.lookup(RecordID("1"), .gone, refill: 0), sighting: .byID)
        try opened.commit([OpenStore.record(1, name: "A")], threshold: .since(opened.now))
        try opened.take(.lookup(RecordID("1"), .gone, refill: 0), sighting: .byID)
        #expect(try opened.types() == ["contact.deleted", "contact.created", "contact.deleted"])
        let bodies = try opened.bodies()
        #expect(String(decoding: bodies[1], as: UTF8.self).contains(#""changes":null,"restored":true}"#))
        #expect(Set(try opened.messages().map(\.id)).count == 3)
    }

    @Test("A record that may not be read is hidden, and no event; seen again, it is listed, and still none")
    func hidden() throws {
        try opened.learn(1...3)
        try opened.take(.lookup(RecordID("2"), .hidden, refill: 0), sighting: .byID)
        #expect(try opened.presences()[2] == .hidden)
        #expect(try opened.take(.count(total: 2, shown: [], batch: 0)).presence?.tally == PresenceTally(listed: 2))
        try opened.commit([OpenStore.record(2, name: "A")], threshold: .since(opened.now))
        #expect(try opened.presences()[2] == .listed)
        #expect(try opened.types() == [])
    }

    @Test(
        "A suspect that is found by its id is unlisted where the list lacks it again, and only a list makes it listed"
    )
    func unlisted() throws {
        try opened.learn(1...3)
        let page = IDPage(skip: 0, top: 500, ids: ids([1, 3]))
        #expect(try opened.take(.compare(page, plausiblyMissing: 5)).presence?.tally?.batch == ids([2]))
        let there = try #require(
            SeenRecord(
                try RawRecord.read(Array(OpenStore.record(2, name: "B").utf8)), idField: OpenStore.plan.idField))
        try opened.take(
            .lookup(RecordID("2"), .present(there), refill: 0), [OpenStore.record(2, name: "B")],
            sighting: .byID)
        #expect(try opened.presences()[2] == .listed, "it may have come back since")
        #expect(try opened.types() == ["contact.updated"])
        let comparison = try opened.take(.compare(page, plausiblyMissing: 5)).presence?.comparison
        #expect(comparison == IDComparison(rank: 0, missing: 1, stale: ids([2])))
        #expect(try opened.presences()[2] == .unlisted)
        try opened.commit([OpenStore.record(2, name: "B")])
        #expect(try opened.presences()[2] == .unlisted)
        let whole = IDPage(skip: 0, top: 500, ids: ids(1...3))
        #expect(try opened.take(.compare(whole, plausiblyMissing: 5)).presence?.comparison?.returned == 1)
        #expect(try opened.presences()[2] == .listed)
    }

    @Test("A control remembers and tells nothing of what it read; it says that the record is there")
    func control() throws {
        try opened.learn(1...2)
        func found(_ id: Int) throws -> SeenRecord {
            let text = OpenStore.record(id, name: "A").dropLast() + #","BODY":"by id alone"}"#
            return try #require(SeenRecord(try RawRecord.read(Array(text.utf8)), idField: OpenStore.plan.idField))
        }
        for id in [1, 9] {
            let id = try found(id)
            try opened.take(.control(id.id, .present(id)), sighting: .byID)
        }
        #expect(try opened.commit([OpenStore.record(1, name: "A")]).unchanged == 1)
        #expect(try opened.presences().keys.sorted() == [1, 2])
        #expect(try opened.types() == [])
    }

    @Test("What a GET by id holds beyond the list is no change, neither when it is read nor when a list follows")
    func fullerByID() throws {
        try opened.learn(1...1)
        func read(_ name: String, body: String) throws {
            let text = OpenStore.record(1, name: name).dropLast() + ",\"BODY\":\"\(body)\"}"
            let seen = try #require(SeenRecord(try RawRecord.read(Array(text.utf8)), idField: OpenStore.plan.idField))
            try opened.take(
                .recheck(seen.id, .present(seen)), [String(text)], sighting: .byID)
        }
        func changes() throws -> [String] {
            try opened.messages().compactMap { $0.change.changes?.map(\.path).joined(separator: " ") }
        }
        try read("A", body: "x")
        #expect(try changes() == [])
        try read("B", body: "x")
        #expect(try changes() == ["/LAST_NAME"])
        try read("B", body: "y")
        #expect(try changes() == ["/LAST_NAME", "/BODY"], "a GET is compared with a GET")
        for _ in 1...2 { try opened.take(.sweep([RecordID("1")], .underWay), [OpenStore.record(1, name: "B")]) }
        #expect(try changes().count == 2)
        try opened.take(.sweep([RecordID("1")], .underWay), [OpenStore.record(1, name: "C")])
        #expect(try changes() == ["/LAST_NAME", "/BODY", "/LAST_NAME"])
    }

    @Test("What a GET by id holds beyond all pages so far is told once a page holds it, though its bytes are known")
    func fullerByIDThanAnyPage() throws {
        try opened.learn(1...1)
        let text = OpenStore.record(1, name: "A", updated: "2026-11-23 12:30:00").dropLast() + #","PHONE":"1"}"#
        let seen = try #require(SeenRecord(try RawRecord.read(Array(text.utf8)), idField: OpenStore.plan.idField))
        try opened.take(.recheck(seen.id, .present(seen)), [String(text)], sighting: .byID)
        #expect(try opened.types() == [])
        #expect(try opened.commit([String(text)]).updated == 1)
        #expect(try opened.commit([String(text)]).unchanged == 1)
    }

    @Test("A sample that is gone stays a suspect")
    func sample() throws {
        try opened.learn(1...3)
        try opened.take(.compare(IDPage(skip: 0, top: 9, ids: ids([1, 3])), plausiblyMissing: 5))
        let summary = try opened.take(.sample(RecordID("2"), .gone), sighting: .byID)
        #expect(summary.events == 0)
        #expect(summary.presence?.tally?.suspects == 1)
    }

    @Test("A page that lacks more than can be is no page of this list, and changes nothing")
    func implausible() throws {
        try opened.learn(1...100)
        let page = IDPage(skip: 0, top: 2, ids: ids([1, 100]))
        #expect(try opened.take(.compare(page, plausiblyMissing: 21)).presence?.comparison?.missing == 98)
        #expect(try opened.presences().values.allSatisfy { $0 == .listed })
    }

    @Test("What a sweep has not met is suspect; what polls saw meanwhile counts as met")
    func sweep() throws {
        try opened.learn(1...6)
        var progress = PresenceProgress()
        progress.sweeps = 4
        progress.walk = .init(covered: 2, last: RecordID("2"))
        try opened.take(
            .sweep(ids(1...2), .underWay), (1...2).map { OpenStore.record($0, name: "A") }, presence: progress)
        var poll = try opened.page([OpenStore.record(7, name: "N")])
        poll.progress.presence = progress
        _ = try opened.store.commit(
            poll, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        progress.walk = nil
        let summary = try opened.take(
            .sweep(ids([3, 6]), .complete), [3, 6].map { OpenStore.record($0, name: "B") }, presence: progress)
        #expect(summary.presence?.tally?.batch == ids([4, 5]))
        #expect(summary.updated == 2, "a sweep finds edits that no poll did")
        #expect(try opened.store.pruneSweeps(limit: 3) == 3)
        #expect(try opened.store.pruneSweeps(limit: 3) == 2)
    }

    @Test("A sweep for ids alone says which it does not know; one whose pages did not connect suspects nothing")
    func briefSweep() throws {
        try opened.learn(1...3)
        let summary = try opened.take(.sweep(ids([2, 9]), .inconclusive))
        #expect(summary.presence?.comparison == IDComparison(strangers: ids([9])))
        #expect(summary.presence?.tally == PresenceTally(listed: 3))
    }

    @Test(
        "Hidden and unlisted records are to be asked for again after each sweep, others each time where they are many")
    func rechecks() throws {
        try opened.learn(1...500)
        for id in 1...500 {
            try opened.take(.lookup(RecordID(String(id)), .hidden, refill: 0), sighting: .byID)
        }
        var asked: Set<RecordID> = []
        for sweep in 1...5 {
            var progress = PresenceProgress()
            progress.sweeps = sweep
            let tally = try opened.take(.sweep([], .complete), presence: progress).presence?.tally
            #expect((tally?.rechecks.count ?? 0) <= Limits.lookupsAtOnce)
            asked.formUnion(tally?.rechecks ?? [])
        }
        #expect(asked.count == 500)
    }

    private static let since = Instant(secondsSince1970: 1_764_000_000)

    @Test(
        "The progress of a sweep, held deletes and why they are held outlive the process",
        arguments: [
            .held(since: since, .awaitsSample), .held(since: since, .listIsEmpty), .confirmed, .released, .none,
            .held(since: since, .sampled(AbsenceSample(gone: 3, existing: 16, unanswered: 1))),
        ] as [PresenceProgress.Hold])
    func progress(hold: PresenceProgress.Hold) throws {
        let fixture = try StorePlace()
        var progress = PresenceProgress()
        progress.sweeps = 3
        progress.walk = .init(covered: 1_500, last: RecordID("4711"))
        progress.sweptAt = fixture.now
        progress.bias = -2
        progress.hold = hold
        do { try fixture.open().take(.count(total: 0, shown: [], batch: 0), presence: progress) }
        let opened = try fixture.open()
        #expect(try opened.store.progress().values.first?.presence == progress)
    }

    @Test("A stranger that is not found is nothing to tell, whatever is known of it by then")
    func stranger() throws {
        try opened.learn(1...2)
        try opened.take(.stranger(RecordID("2"), .gone), sighting: .byID)
        #expect(try opened.presences()[2] == .listed)
        #expect(try opened.types() == [])
    }

    @Test("A hidden record that is gone becomes a suspect; a listed one stays what the list says")
    func recheck() throws {
        try opened.learn(1...2)
        try opened.take(.lookup(RecordID("2"), .hidden, refill: 0), sighting: .byID)
        let summary = try opened.take(.recheck(RecordID("2"), .gone), sighting: .byID)
        #expect(summary.presence?.tally == PresenceTally(listed: 1, suspects: 1, batch: ids([2])))
        try opened.take(.recheck(RecordID("1"), .gone), sighting: .byID)
        #expect(try opened.presences() == [1: .listed, 2: .suspect])
        #expect(try opened.types() == [])
    }
}
