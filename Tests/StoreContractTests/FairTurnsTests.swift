// However much waits that fails, what does not fail is found, and has its turn.

@testable import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("What fails takes turns with what does not", .onEveryEngine)
struct FairTurnsTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
    }

    private static let ok = DeliveringInTime.answer(200)

    /// So many `contact.updated` that nobody has tried yet.
    private func commitUpdates(_ count: Int) throws {
        let learned = try opened.page(
            (1...count).map { OpenStore.record($0, name: "A") }, threshold: .since(opened.now), baseline: .firstPage)
        _ = try opened.store.commit(
            learned, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        try opened.commit((1...count).map { OpenStore.record($0, name: "B") })
        #expect(try opened.store.queueDepth(of: opened.endpoint).open == count)
    }

    @Test("An event of another type is found behind however many of a type that fails")
    func behindThousands() throws {
        try commitUpdates(1_100)
        try opened.commit([OpenStore.record(9_001, name: "A")])
        let admission = Admission(total: 4, unlikely: 0, failingTypes: ["contact.updated"])
        let taken = try opened.store.claim(of: opened.endpoint, admission, at: opened.now)
        #expect(taken.map(\.type) == ["contact.created"])
    }

    @Test("Of types that fail, each has its turn, and the end of one is not waited for")
    func failingTypes() throws {
        try commitUpdates(50)
        try opened.commit([OpenStore.record(9_001, name: "A")])
        let failing: Set<String> = ["contact.updated", "contact.created"]
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        for type in failing.sorted() {
            gate.took(
                DeliveringInTime.answer(500), of: DeliveryTraits(id: 1, type: type), begun: opened.now, at: opened.now)
        }
        var types: [String] = []
        for _ in 1...2 {
            let taken = try opened.store.claim(of: opened.endpoint, gate.admission(at: opened.now), at: opened.now)
            let delivery = try #require(taken.first)
            gate.enter(delivery.traits, at: opened.now)
            gate.leave(delivery.id)
            types.append(delivery.type)
        }
        #expect(Set(types) == failing)
    }

    @Test("With a cap, new events wait for one that failed before at most, however many such are due")
    func cap() throws {
        var play = DeliveringInTime(opened, requestsPerSecond: 1)
        func receiver(_ delivery: DueDelivery, _ moment: Instant) -> AttemptOutcome {
            delivery.sequence <= 100 ? DeliveringInTime.answer(413) : Self.ok
        }
        try play.commit(Array(1...100), name: "Large")
        while play.attempts.count(where: { $0.sequence == 100 }) == 0 {
            try play.run(until: play.now + .seconds(10), receiver)
        }
        for id in 101...110 {
            let committed = play.now
            try play.commit([id], name: "A")
            try play.run(until: play.now + .seconds(5), receiver)
            #expect(play.takenAt[id].map { $0 - committed <= .seconds(3) } ?? false, "\(id)")
        }
    }

    @Test("One at a time, an event that takes long to fail leaves as much time to others")
    func oneAtATime() throws {
        var play = DeliveringInTime(opened, concurrency: 1)
        func receiver(_ delivery: DueDelivery, _ moment: Instant) -> AttemptOutcome {
            delivery.sequence <= 20 ? DeliveringInTime.answer(422, after: .seconds(10)) : Self.ok
        }
        try play.commit(Array(1...20), name: "Slow")
        while play.attempts.count(where: { $0.sequence == 20 }) == 0 {
            try play.run(until: play.now + .seconds(10), receiver)
        }
        try play.run(until: play.now + .seconds(11), receiver)
        let start = play.now
        // Four a second are many more than one between two that fail.
        for tick in 0..<400 {
            try play.commit([101 + tick], name: "A")
            try play.run(until: start + .milliseconds(250 * (tick + 1)), receiver)
        }
        try play.run(until: play.now + .seconds(15), receiver)
        #expect(play.takenAt.count == 400)
        let waits = (0..<400).compactMap { tick in
            play.takenAt[21 + tick].map { $0 - (start + .milliseconds(250 * tick)) }
        }
        #expect((waits.max() ?? .hours(1)) <= .seconds(11))
        // What failed is tried all the same.
        #expect(play.attempts.count { $0.sequence <= 20 && $0.at > start } >= 4)
    }

    @Test("What failed in an outage is taken after it, whatever waits that the receiver does not take")
    func outageAndDislike() throws {
        var play = DeliveringInTime(opened)
        try play.commit(Array(1...200), name: "A")
        try play.run(until: play.now + .minutes(1)) { _, _ in Self.ok }
        #expect(play.takenAt.count == 200)
        let end = play.now + .minutes(10)
        func receiver(_ delivery: DueDelivery, _ moment: Instant) -> AttemptOutcome {
            DeliveringInTime.answer(moment < end ? 503 : delivery.type == "contact.created" ? 200 : 500)
        }
        // The only one of its type, and tried in the outage.
        try play.commit([1_001], name: "A")
        try play.run(until: play.now + .milliseconds(10), receiver)
        try play.commit(Array(1...200), name: "B")
        try play.run(until: end + .hours(2), receiver)
        #expect(play.takenAt[201].map { $0 <= end + .hours(1) } ?? false)
    }
}
