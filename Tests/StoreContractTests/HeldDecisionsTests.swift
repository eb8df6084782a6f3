// A decision is about what was held when somebody took it, and is carried out a part at a time.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Decisions about what is held", .onEveryEngine)
struct HeldDecisionsTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
        try opened.learn(1...100)
    }

    /// All but the first record are gone from the list.
    private func holdDeletes(of opened: OpenStore? = nil, since: Instant) throws {
        var presence = PresenceProgress()
        presence.hold = .held(since: since, .awaitsSample)
        try (opened ?? self.opened).take(
            .compare(IDPage(skip: 0, top: 500, ids: [RecordID("1")]), plausiblyMissing: 100), presence: presence)
    }

    private func holdChanges(_ ids: ClosedRange<Int>, at time: Instant) throws {
        var page = try opened.page(ids.map { OpenStore.relaid($0) }, threshold: .since(opened.now))
        (page.sighting, page.reading, page.endedReadings) = (.list, .sweep, [.sweep])
        _ = try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: time, at: time)
    }

    private func carryOut() throws {
        while try opened.store.carryOutDecision(limit: 30).hasMore {}
    }

    private func dismissed() throws -> Int { try opened.records()[.dismissed] ?? 0 }

    @Test("Deletes that came to be held after changes were dismissed are not dismissed with them")
    func laterDeletes() throws {
        try holdChanges(1...100, at: opened.now)
        #expect(try opened.ask(.dismiss) == .requested)
        try holdDeletes(since: opened.now + .minutes(1))
        try carryOut()
        #expect(try opened.unstamped().held == 0)
        #expect(try dismissed() == 0)
    }

    @Test("Deletes that are held anew since they were dismissed are other deletes")
    func otherDeletes() throws {
        try holdDeletes(since: opened.now)
        #expect(try opened.ask(.dismiss) == .requested)
        try holdDeletes(since: opened.now + .hours(1))
        try carryOut()
        #expect(try dismissed() == 0)
    }

    @Test("Deletes that are held anew since they were released are not released")
    func otherReleases() throws {
        try holdDeletes(since: opened.now)
        #expect(try opened.ask(.release) == .requested)
        #expect(try opened.store.requestedReleases().names == [OpenStore.plan.name])
        try holdDeletes(since: opened.now + .hours(1))
        #expect(try opened.store.requestedReleases().names == [])
    }

    @Test("Changes that came to be held after others were released are not told")
    func laterChanges() throws {
        try holdChanges(1...40, at: opened.now)
        #expect(try opened.ask(.releaseChanges) == .requested)
        try holdChanges(41...100, at: opened.now + .minutes(1))
        try carryOut()
        #expect(try opened.settle().told == 40)
        #expect(try opened.unstamped().held == 60)
    }

    @Test(
        "dismiss is about all that is held, or about the one kind that is asked for",
        arguments: [
            (HeldDecision.dismiss, 0, 99), (.dismissChanges, 0, 0), (.dismissDeletes, 100, 99),
        ])
    func kinds(decision: HeldDecision, changesLeft: Int, deletesDismissed: Int) throws {
        try holdChanges(1...100, at: opened.now)
        try holdDeletes(since: opened.now)
        #expect(try opened.ask(decision) == .requested)
        try carryOut()
        #expect(try opened.unstamped().held == changesLeft)
        #expect(try dismissed() == deletesDismissed)
    }

    @Test("Nothing is asked for of a kind that is not held")
    func notHeld() throws {
        try holdChanges(1...100, at: opened.now)
        #expect(try opened.ask(.dismissDeletes) == .nothingHeld)
        #expect(try opened.ask(.release) == .nothingHeld)
    }

    @Test(
        "Very many are dismissed a part at a time, over a restart as well, and none of the rest is asked for meanwhile")
    func steps() throws {
        let fixture = try StorePlace()
        do {
            let opened = try fixture.open()
            try opened.learn(1...100)
            try holdDeletes(of: opened, since: opened.now)
            #expect(try opened.ask(.dismiss) == .requested)
            #expect(try opened.store.carryOutDecision(limit: 90).done == nil)
            #expect(try opened.records()[.dismissed] == 90)
            // So few that are left would be no mass absence any more, and be asked for one by one.
            let tally = try opened.store.presenceTallies()[OpenStore.plan.name]
            #expect(tally?.suspects == 0 && tally?.batch == [])
        }
        let opened = try fixture.open()
        #expect(try opened.store.carryOutDecision(limit: 90).done?.isDismissed == true)
        #expect(try opened.records() == [.listed: 1, .dismissed: 99])
        #expect(try opened.store.carryOutDecision(limit: 90).hasMore == false)
    }

    @Test("Very many are held, or told, a part at a time, over a restart as well; what is found meanwhile waits")
    func verdictInSteps() throws {
        let (fixture, many) = (try StorePlace(), Limits.decidedAtOnce + 40)
        do {
            let opened = try fixture.open()
            try opened.learn(1...many)
            // One of them is an edit besides.
            try opened.read((1..<many).map { OpenStore.relaid($0) }, ends: false)
            let held = try opened.read([OpenStore.relaid(many, name: "B")]).held
            #expect(held == HeldChanges(records: many - 1, among: many, paths: ["/CHECKED"]))
            #expect(try opened.unstamped().held <= Limits.decidedAtOnce)
            // Found after that, and by a reading that ends before all of it is carried out.
            var page = try opened.page(
                [OpenStore.relaid(1, name: "C")], threshold: .since(opened.now))
            (page.sighting, page.reading, page.endedReadings) = (.list, .sweep, [.sweep])
            _ = try opened.store.commit(
                page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now + .minutes(1))
        }
        let opened = try fixture.open()
        while try opened.settle().settled > 0 {}
        #expect(try opened.told() == ["\(many) updated /LAST_NAME /CHECKED"])
        #expect(try opened.unstamped().held == many - 2)
        #expect(try opened.read([]).updated == 1)
        #expect(try opened.told().last == "1 updated /LAST_NAME /CHECKED")
    }

    @Test("What is dismissed while it is still being held is dismissed whole")
    func dismissedEarly() throws {
        let (fixture, many) = (try StorePlace(), Limits.decidedAtOnce + 40)
        let opened = try fixture.open()
        try opened.learn(1...many)
        try opened.read((1...many).map { OpenStore.relaid($0) })
        #expect(try opened.ask(.dismiss) == .requested)
        while try opened.store.carryOutDecision(limit: Limits.decidedAtOnce).hasMore {}
        while try opened.settle().settled > 0 {}
        #expect(try opened.unstamped().held == 0)
        #expect(try opened.told() == [])
    }

    @Test(
        "Whoever carries a dismissal out is told whether it was about deletes",
        arguments: [(HeldDecision.dismiss, true), (.dismissChanges, false), (.dismissDeletes, true)])
    func dismissesDeletes(decision: HeldDecision, expected: Bool) throws {
        try holdChanges(1...100, at: opened.now)
        try holdDeletes(since: opened.now)
        #expect(try opened.ask(decision) == .requested)
        let done = try #require(try opened.store.carryOutDecision(limit: 1_000).done)
        #expect(done.isDismissed && done.dismissesDeletes == expected)
    }

    @Test("A dismissal of deletes that are held no more is about none of those that are")
    func dismissesNoOthers() throws {
        try holdDeletes(since: opened.now)
        #expect(try opened.ask(.dismissDeletes) == .requested)
        try holdDeletes(since: opened.now + .hours(1))
        let done = try #require(try opened.store.carryOutDecision(limit: 1_000).done)
        #expect(done.isDismissed && !done.dismissesDeletes)
    }

    /// What makes a record that was there a suspect.
    enum Finding: CaseIterable {
        case list, sweep, recheck
    }

    @Test(
        "What goes missing after a dismissal was asked for is no part of it, and is found afterwards",
        arguments: Finding.allCases, [nil, 30])
    func laterSuspects(finding: Finding, begunWith part: Int?) throws {
        var presence = PresenceProgress()
        (presence.hold, presence.sweeps) = (.held(since: opened.now, .awaitsSample), 7)
        let there = (61...100).map { RecordID(String($0)) }
        try opened.take(.lookup(RecordID("1"), .hidden, refill: 0), sighting: .byID)
        try opened.take(.compare(IDPage(skip: 0, top: 500, ids: there), plausiblyMissing: 100), presence: presence)
        #expect(try opened.ask(.dismissDeletes) == .requested)
        if let part { _ = try opened.store.carryOutDecision(limit: part) }
        func find() throws {
            let rest = Array(there.dropFirst(20))
            switch finding {
            case .list:
                try opened.take(
                    .compare(IDPage(skip: 0, top: 500, ids: rest), plausiblyMissing: 100), presence: presence)
            case .sweep: try opened.take(.sweep(rest, .complete), presence: presence)
            case .recheck: try opened.take(.recheck(RecordID("1"), .gone), presence: presence)
            }
        }
        try find()
        try carryOut()
        #expect(try opened.presences().values.count { $0 == .dismissed } == 59)
        try find()
        #expect(try opened.presences().values.count { $0 == .suspect } == (finding == .recheck ? 1 : 20))
    }
}
