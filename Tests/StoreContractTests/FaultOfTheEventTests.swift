// What one event is refused for delays no other, and a receiver that was away is served soon after its return.

import ChangeFeed
import StagedStores
import Testing

@Suite("A receiver that fails", .onEveryEngine)
struct FaultOfTheEventTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
    }

    private static let ok = DeliveringInTime.answer(200)

    /// Four events a second, or so many, each of a record of its own; `receiver` is told the seconds since the beginning.
    private func flow(
        _ rate: Int = 4, for seconds: Int, from first: Int = 1, _ play: inout DeliveringInTime,
        _ receiver: (DueDelivery, Double) -> AttemptOutcome
    ) throws {
        let start = play.now
        for tick in 0..<(seconds * rate) {
            try play.commit([first + tick], name: "A")
            try play.run(until: start + .milliseconds(1_000 / rate * (tick + 1))) {
                receiver($0, ($1 - start).inSeconds)
            }
        }
    }

    /// How long the events of these numbers took at most.
    private func longestWait(_ play: DeliveringInTime, _ start: Instant, of numbers: some Sequence<Int>) -> Duration? {
        numbers.map { number in play.takenAt[number].map { $0 - (start + .milliseconds(250 * (number - 1))) } }
            .reduce(.zero) { longest, wait in longest.flatMap { longest in wait.map { max(longest, $0) } } }
    }

    @Test(
        "is served within 3 s after one second, and within 15 s after 40",
        arguments: [(1, 3, 10), (2, 3, 10), (4, 3, 10), (40, 15, 4), (45, 17, 4)])
    func restart(away: Int, served: Int, rate: Int) throws {
        var play = DeliveringInTime(opened)
        try flow(rate, for: 7, &play) { _, _ in Self.ok }
        let gone = play.now
        try flow(rate, for: away, from: 7 * rate + 1, &play) { _, _ in DeliveringInTime.answer(503) }
        let back = play.now
        #expect(play.gate.health.circuit != .closed)
        #expect(play.attempts.count { $0.at >= gone } <= min(20, away * rate))
        try flow(rate, for: served + 1, from: (7 + away) * rate + 1, &play) { _, _ in Self.ok }
        let first = play.takenAt.values.filter { $0 >= back }.min()
        let wait = try #require(first) - back
        #expect(wait <= .seconds(served), "served after \(wait)")
    }

    @Test("Six events that are too large delay no other, nor after a resume", arguments: [413, 400, 422])
    func tooLarge(status: Int) throws {
        var play = DeliveringInTime(opened)
        let start = play.now
        try play.commit(Array(1001...1006), name: "Large")
        func receiver(_ delivery: DueDelivery, _ second: Double) -> AttemptOutcome {
            delivery.sequence <= 6 ? DeliveringInTime.answer(status) : Self.ok
        }
        try flow(for: 8, &play, receiver)
        #expect(play.gate.health.circuit == .closed)
        #expect(play.takenAt.values.allSatisfy { $0 <= play.now })
        #expect(play.takenAt.count == 32)
        let waits = (7...38).compactMap { number in
            play.takenAt[number].map { $0 - (start + .milliseconds(250 * (number - 7))) }
        }
        #expect((waits.max() ?? .hours(1)) <= .milliseconds(50))
        play.resume()
        try play.commit([2001], name: "A")
        try play.run(until: play.now + .seconds(1)) { receiver($0, ($1 - start).inSeconds) }
        #expect(play.takenAt[39] != nil)
        #expect(play.attempts.first { $0.at >= start + .seconds(8) }?.sequence == 39)
    }

    @Test("Every second or third event that fails delays none of the others", arguments: [2, 3])
    func everyThird(each: Int) throws {
        var play = DeliveringInTime(opened)
        let start = play.now
        try flow(for: 20, &play) { delivery, _ in
            delivery.sequence % each == 0 ? DeliveringInTime.answer(500) : Self.ok
        }
        let wait = try #require(longestWait(play, start, of: (1...80).filter { $0 % each != 0 }))
        #expect(wait <= .milliseconds(500))
    }

    @Test("A type of which every event fails, however it does, delays no other", arguments: [0.005, 15])
    func oneType(seconds: Double) throws {
        var play = DeliveringInTime(opened)
        let failure =
            seconds > 1
            ? AttemptOutcome(verdict: .failed(.timeout), duration: .seconds(seconds))
            : DeliveringInTime.answer(500, after: .seconds(seconds))
        func receiver(_ delivery: DueDelivery, _ moment: Instant) -> AttemptOutcome {
            delivery.type == "contact.updated" ? failure : Self.ok
        }
        // Fifty are known; then all of them are changed at once, and new ones come behind them.
        try play.commit(Array(1...50), name: "A")
        try play.run(until: play.now + .seconds(5), receiver)
        #expect(play.takenAt.count == 50)
        try play.commit(Array(1...50), name: "B")
        let slowUntil = play.now + .seconds(21)
        try play.run(until: play.now + .seconds(1), receiver)
        for step in 0..<20 {
            let (id, committed) = (1000 + step, play.now)
            try play.commit([id], name: "A")
            try play.run(until: play.now + .seconds(5), receiver)
            let taken = play.takenAt[101 + step]
            // What fails slowly has all places until the first of it has failed.
            if seconds > 1, play.now < slowUntil { continue }
            #expect(taken.map { $0 - committed <= .milliseconds(100) } ?? false, "\(step)")
        }
        #expect(play.takenAt.count == 70)
    }

    @Test("One event that runs into the timeout again and again delays no other")
    func timeouts() throws {
        var play = DeliveringInTime(opened)
        let start = play.now
        try flow(for: 70, &play) { delivery, _ in
            delivery.sequence == 3
                ? AttemptOutcome(verdict: .failed(.timeout), duration: .seconds(15)) : Self.ok
        }
        let wait = try #require(longestWait(play, start, of: (1...280).filter { $0 != 3 }))
        #expect(wait <= .milliseconds(100))
    }

    @Test("Events that fail once more at night do not keep a new one waiting in the morning")
    func night() throws {
        var play = DeliveringInTime(opened)
        func receiver(_ delivery: DueDelivery, _ moment: Instant) -> AttemptOutcome {
            delivery.sequence <= 8 ? DeliveringInTime.answer(500) : Self.ok
        }
        try play.commit(Array(1...8), name: "A")
        try play.run(until: play.now + .seconds(1), receiver)
        try play.commit([9], name: "A")
        try play.run(until: play.now + .hours(10), receiver)
        try play.commit([10], name: "A")
        let committed = play.now
        try play.run(until: play.now + .minutes(15), receiver)
        #expect(play.takenAt[10].map { $0 - committed <= .seconds(1) } ?? false)
    }
}
