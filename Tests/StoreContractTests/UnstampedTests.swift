// Changes that moved no updated date: of few records they are told when their reading ends, of very many they are held.

@testable import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Changes without a stamp, in the store", .onEveryEngine)
struct UnstampedTests {
    @Test("A field that comes onto the layout of a hundred records is held, said once, and shown")
    func held() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...100)
        #expect(try opened.read((1...60).map { OpenStore.relaid($0) }, ends: false).events == 0)
        let summary = try opened.read((61...100).map { OpenStore.relaid($0) })
        #expect(summary.events == 0)
        #expect(summary.held == HeldChanges(records: 100, among: 100, paths: ["/CHECKED"]))
        #expect(try opened.read((1...100).map { OpenStore.relaid($0) }).held == nil)
        #expect(try opened.told() == [])
        let unstamped = try opened.unstamped()
        #expect(unstamped.held == 100)
        #expect(unstamped.heldThrough == opened.now)
        #expect(unstamped.heldIn == ["/CHECKED"])
    }

    @Test("Few records, or a small part of the resource, are told when their reading ends, and not before")
    func few() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...500)
        try opened.read((1...21).map { OpenStore.relaid($0) }, ends: false)
        try opened.read([OpenStore.record(30, name: "B")], .poll)
        #expect(try opened.told() == ["30 updated /LAST_NAME"])
        #expect(try opened.read([]).updated == 21)
        #expect(try opened.told().count == 22)
        #expect(try opened.read((1...21).map { OpenStore.relaid($0) }).events == 0)
    }

    @Test(
        "What a sweep has found that does not end is told after a time, or held where it is much; and shown till then")
    func overdue() throws {
        for (few, told) in [(20, 20), (21, 0)] {
            let fixture = try StorePlace()
            defer { withExtendedLifetime(fixture) {} }
            let opened = try fixture.open()
            // Of a resource so large that as many would be told where all of it was read.
            try opened.learn(1...1_000)
            try opened.read((1...few).map { OpenStore.relaid($0) }, ends: false)
            #expect(try opened.unstamped().open == few)
            #expect(try opened.unstamped().openThrough == opened.now)
            #expect(try opened.judgeOverdue(after: .hours(23)) == [])
            var later = opened
            later.now = later.now + .hours(20)
            try later.read([OpenStore.relaid(1, name: "B")], ends: false)
            let judged = try opened.judgeOverdue(after: .hours(24))
            #expect(judged.map(\.reading) == [.sweep])
            #expect(judged.first?.held?.records == (told == 0 ? 21 - 1 : nil))
            #expect(try opened.settle().told == (told == 0 ? 1 : 20))
            #expect(try opened.unstamped().open == 0)
            #expect(try opened.judgeOverdue(after: .days(9)) == [])
            // The sweep ends after all.
            #expect(try opened.read([]).events == 0)
        }
    }

    @Test("What a clock that ran ahead has written waits no longer than anything else")
    func foundInTheFuture() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...100)
        var ahead = opened
        ahead.now = ahead.now + .days(365)
        try ahead.read([OpenStore.relaid(1)], .poll, ends: false)
        #expect(try opened.judgeOverdue(after: .zero) == [])
        #expect(try opened.judgeOverdue(after: .hours(23)) == [])
        #expect(try opened.judgeOverdue(after: .hours(24)).map(\.reading) == [.poll])
        #expect(try opened.settle().told == 1)
    }

    @Test("Beside a change that is held, one of another field is told, with all that differs")
    func another() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...40)
        try opened.read((1...40).map { OpenStore.relaid($0, name: $0 == 7 ? "B" : "A") })
        #expect(try opened.told() == ["7 updated /LAST_NAME /CHECKED"])
        #expect(try opened.unstamped().held == 39)
        // Saved by somebody, a record is told as ever.
        try opened.read([OpenStore.relaid(8, updated: "2026-11-23 11:00:00")], .poll)
        #expect(try opened.told().last == "8 updated /CHECKED")
        #expect(try opened.unstamped().held == 38)
        #expect(try opened.decide(.releaseChanges) == .requested)
        #expect(try opened.settle().told == 38)
        #expect(Set(try opened.told().map { $0.split(separator: " ")[0] }).count == 40)
    }

    @Test("A field that is taken off the layout again leaves nothing to tell")
    func takenAway() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...40)
        try opened.read((1...40).map { OpenStore.relaid($0) })
        #expect(try opened.read((1...40).map { OpenStore.record($0, name: "A") }).events == 0)
        #expect(try opened.decide(.releaseChanges) == .nothingHeld)
        #expect(try opened.decide(.dismiss) == .nothingHeld)
    }

    @Test("Released, each is told once, a part in each transaction, over a restart as well")
    func released() throws {
        let fixture = try StorePlace()
        do {
            let opened = try fixture.open()
            try opened.learn(1...100)
            try opened.read((1...100).map { OpenStore.relaid($0) })
            #expect(try opened.decide(.releaseChanges) == .requested)
            #expect(try opened.settle(limit: 30).told == 30)
        }
        let opened = try fixture.open()
        #expect(try opened.settle(limit: 30).told == 30)
        #expect(try opened.settle().told == 40)
        #expect(try opened.settle().settled == 0)
        #expect(try opened.told().sorted() == (1...100).map { "\($0) updated /CHECKED" }.sorted())
        #expect(try opened.read((1...100).map { OpenStore.relaid($0) }).events == 0)
    }

    @Test("Dismissed, they are learned without a word, and later changes lead from there")
    func dismissed() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...100)
        try opened.read((1...100).map { OpenStore.relaid($0) })
        #expect(try opened.decide(.dismiss) == .requested)
        #expect(try opened.settle() == (100, 0))
        #expect(try opened.unstamped().held == 0)
        #expect(try opened.read((1...100).map { OpenStore.relaid($0) }).events == 0)
        try opened.read([OpenStore.relaid(3, name: "B", updated: "2026-11-23 11:00:00")], .poll)
        #expect(try opened.told() == ["3 updated /LAST_NAME"])
    }

    @Test(
        "Deletes that are held and dismissed are told to nobody; a record that is seen again is compared like any other"
    )
    func dismissedDeletes() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...100)
        var presence = PresenceProgress()
        presence.hold = .held(since: opened.now, .awaitsSample)
        try opened.take(
            .compare(IDPage(skip: 0, top: 500, ids: [RecordID("1")]), plausiblyMissing: 100), presence: presence)
        #expect(try opened.records()[.suspect] == 99)
        #expect(try opened.decide(.dismiss) == .requested)
        #expect(try opened.records() == [.listed: 1, .dismissed: 99])
        try opened.take(.lookup(RecordID("2"), .gone, refill: nil), sighting: .byID)
        #expect(try opened.told() == [])
        try opened.read(
            [OpenStore.record(2, name: "A"), OpenStore.record(3, name: "B", updated: "2026-11-23 11:00:00")], .poll)
        #expect(try opened.told() == ["3 updated /LAST_NAME"])
        #expect(try opened.records()[.listed] == 3)
    }

    @Test("A record that is deleted meanwhile is told as deleted, as it was last announced")
    func deletedMeanwhile() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...40)
        try opened.read((1...40).map { OpenStore.relaid($0) })
        try opened.take(.lookup(RecordID("9"), .gone, refill: nil), sighting: .byID)
        #expect(try opened.decide(.releaseChanges) == .requested)
        #expect(try opened.settle().told == 39)
        #expect(try opened.told().filter { $0.hasPrefix("9 ") } == ["9 deleted -"])
    }
}
