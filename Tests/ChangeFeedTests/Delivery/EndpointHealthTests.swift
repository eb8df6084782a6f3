import ChangeFeed
import Foundation
import Testing

@Suite("EndpointHealth")
struct EndpointHealthTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    private func outcome(_ status: Int, directive: ReceiverDirective? = nil) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), directive: directive, duration: .zero)
    }

    /// A gate whose attempts end one after the other.
    private struct Door {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        private var next: Int64 = 0

        /// Begins as many attempts as it may.
        mutating func fill(at now: Instant) -> Int {
            let room = gate.room(at: now)
            for _ in 0..<room {
                next += 1
                gate.enter(next, at: now)
            }
            return room
        }

        /// - Parameter start: of the attempt; left out, it took no time.
        mutating func end(_ outcome: AttemptOutcome, begun start: Instant? = nil, at now: Instant) {
            if let first = gate.inFlight.min() { gate.leave(first) }
            gate.took(outcome, begun: start ?? now, at: now)
        }

        mutating func fail(_ times: Int, at now: Instant) {
            for _ in 0..<times { end(AttemptOutcome(verdict: .failed(.refused), duration: .zero), at: now) }
        }
    }

    @Test("Five failures in a row open the circuit, and an open one lets nothing through")
    func opens() {
        var door = Door()
        door.fail(4, at: start)
        door.end(outcome(200), at: start)
        door.fail(4, at: start)
        #expect(door.gate.room(at: start) == 4)
        door.fail(1, at: start)
        #expect(door.gate.room(at: start + .seconds(29)) == 0)
        #expect(door.gate.opens(at: start) == start + .seconds(30))
    }

    @Test("Half of twenty attempts in a minute open it as well, where no five in a row failed")
    func half() {
        for (each, opens) in [(2, true), (7, false)] {
            var door = Door()
            for index in 0..<20 {
                door.end(outcome(index % 2 == 0 ? 500 : 200), at: start + .seconds(index * each))
            }
            door.end(outcome(500), at: start + .seconds(20 * each))
            // Twenty in a minute; every seven seconds, there are but eight.
            #expect((door.gate.room(at: start + .seconds(20 * each)) == 0) == opens)
        }
    }

    @Test("Probes come after 30 s, twice as long each time up to 15 min, one at a time")
    func probes() {
        var door = Door()
        door.fail(5, at: start)
        var (now, waits) = (start, [Int]())
        for _ in 0..<7 {
            guard let opens = door.gate.opens(at: now) else { break }
            waits.append(Int((opens - now).inSeconds))
            now = opens
            #expect(door.fill(at: now) == 1)
            #expect(door.fill(at: now) == 0)
            door.fail(1, at: now)
        }
        #expect(waits == [30, 60, 120, 240, 480, 900, 900])
    }

    @Test("Two successes close it, and then one, two and four may be in flight")
    func closes() {
        var door = Door()
        door.fail(5, at: start)
        let now = start + .seconds(30)
        var rooms: [Int] = []
        for _ in 0..<4 {
            rooms.append(door.fill(at: now))
            door.end(outcome(200), at: now)
        }
        #expect(rooms == [1, 1, 1, 2])
        #expect(door.gate.health.circuit == .closed)
        // One of the two is still in flight.
        #expect(door.fill(at: now) == 3)
        door.fail(4, at: now)
        #expect(door.gate.health.circuit == .closed)
    }

    @Test("A failure between two probes begins anew")
    func relapse() {
        var door = Door()
        door.fail(5, at: start)
        let probe = start + .seconds(30)
        door.end(outcome(204), at: probe)
        door.fail(1, at: probe)
        #expect(door.gate.opens(at: probe) == probe + .seconds(60))
    }

    @Test(
        "What was in flight when the circuit opened neither closes it nor keeps it open longer", arguments: [200, 500])
    func stragglers(status: Int) {
        var door = Door()
        let opened = start + .seconds(10)
        door.fail(5, at: opened)
        door.end(outcome(status), begun: start, at: opened + .seconds(15))
        #expect(door.gate.opens(at: opened) == opened + .seconds(30))
        let probe = opened + .seconds(40)
        door.end(outcome(status), begun: start, at: probe)
        #expect(door.gate.health.circuit == .open(until: opened + .seconds(30), wait: .seconds(30)))
        door.end(outcome(200), at: probe)
        #expect(door.gate.health.circuit == .probing(wait: .seconds(30)))
        door.end(outcome(status), begun: start, at: probe)
        #expect(door.gate.health.circuit == .probing(wait: .seconds(30)))
    }

    @Test("What is resumed is trusted bit by bit")
    func resumed() {
        var door = Door()
        door.end(outcome(410), at: start)
        door.gate.resume()
        var rooms: [Int] = []
        for _ in 0..<3 {
            rooms.append(door.fill(at: start))
            door.end(outcome(200), at: start)
        }
        #expect(rooms == [1, 2, 3])
    }

    @Test("A 410 counts by its head, whatever became of its body")
    func bodyBrokenOff() {
        var door = Door()
        door.end(AttemptOutcome(verdict: .failed(.body), status: 410, duration: .zero), at: start)
        #expect(door.gate.health.disabled == .gone)
    }

    @Test(
        "410, the receiver's word, or five days of a hundred failures disable it; nothing is sent until it is resumed")
    func disabled() {
        for (answer, reason) in [
            (outcome(410), EndpointHealth.Disabled.gone), (outcome(503, directive: .disable), .asked),
        ] {
            var door = Door()
            door.end(answer, at: start)
            #expect(door.gate.health.disabled == reason)
            #expect(door.gate.opens(at: start + .days(300)) == nil)
            door.gate.resume()
            #expect(door.gate.room(at: start) == 1)
        }
        var door = Door()
        door.fail(99, at: start)
        door.fail(1, at: start + .days(4))
        #expect(door.gate.health.disabled == nil)
        door.fail(1, at: start + .days(5))
        #expect(door.gate.health.disabled == .failing)
        var seldom = Door()
        seldom.fail(50, at: start)
        seldom.fail(49, at: start + .days(6))
        #expect(seldom.gate.health.disabled == nil)
    }

    @Test("What succeeds while all is well leaves nothing new to keep")
    func unchanged() {
        var door = Door()
        for second in 0..<100 { door.end(outcome(200), at: start + .seconds(second)) }
        #expect(door.gate.health.memory == EndpointHealth())
    }

    @Test("An attempt that was interrupted tells nothing")
    func interrupted() {
        var door = Door()
        for _ in 0..<9 { door.end(AttemptOutcome(verdict: .failed(.interrupted), duration: .zero), at: start) }
        #expect(door.gate.health == EndpointHealth())
    }

    @Test("What is kept over a restart is the same, and no wait is longer than the longest")
    func stored() throws {
        var door = Door()
        door.fail(5, at: start)
        let kept = try JSONDecoder().decode(EndpointHealth.self, from: JSONEncoder().encode(door.gate.health))
        #expect(kept == door.gate.health.memory)
        #expect(kept.failures == 5)
        #expect(kept.failingSince == start)
        let resumed = EndpointHealth(resuming: kept, at: start - .days(1))
        #expect(resumed.circuit == .open(until: start - .days(1) + .minutes(15), wait: .seconds(30)))
    }
}
