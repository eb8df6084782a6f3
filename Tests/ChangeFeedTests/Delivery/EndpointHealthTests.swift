@testable import ChangeFeed
import Testing

@Suite("EndpointHealth")
struct EndpointHealthTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    private func outcome(_ status: Int, directive: ReceiverDirective? = nil) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), directive: directive, duration: .zero)
    }

    /// A gate whose attempts end one after the other, each for an event that was never tried, unless said otherwise.
    private struct Door {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        private var next: Int64 = 0

        /// Attempts that may begin for such an event.
        func room(at now: Instant) -> Int {
            let admission = gate.admission(at: now)
            return admission.places(of: admission.lane(of: "contact.updated", wasTried: false))
        }

        /// Begins as many attempts as it may, one after the other.
        mutating func fill(at now: Instant) -> Int {
            var begun = 0
            while room(at: now) > 0, begun < 10 {
                next += 1
                gate.enter(DeliveryTraits(id: next, type: "contact.updated"), at: now)
                begun += 1
            }
            return begun
        }

        /// - Parameter start: of the attempt; left out, it took no time.
        mutating func end(
            _ outcome: AttemptOutcome, of delivery: DeliveryTraits? = nil, begun start: Instant? = nil, at now: Instant
        ) {
            next += 1
            let delivery = delivery ?? DeliveryTraits(id: next, type: "contact.updated")
            for id in 1...next { gate.leave(id) }
            gate.took(outcome, of: delivery, begun: start ?? now, at: now)
        }

        mutating func fail(_ times: Int, at now: Instant) {
            for _ in 0..<times { end(AttemptOutcome(verdict: .failed(.refused), duration: .zero), at: now) }
        }

        /// Fails for as long as it takes to open the circuit, at `now`.
        mutating func open(at now: Instant) {
            fail(5, at: now - .seconds(6))
            fail(1, at: now)
        }

        var isOpen: Bool { if case .open = gate.health.circuit { true } else { false } }
    }

    @Test(
        "Five events that fail open the circuit once they have for five seconds, and an open one lets nothing through")
    func opens() {
        var door = Door()
        door.fail(4, at: start)
        door.end(outcome(200), at: start)
        door.fail(4, at: start)
        #expect(door.gate.admission(at: start).total == 4)
        door.fail(1, at: start)
        #expect(!door.isOpen)
        door.fail(1, at: start + .seconds(5))
        #expect(door.isOpen)
        #expect(door.room(at: start + .seconds(5)) == 0)
        #expect(door.gate.opens(at: start + .seconds(5)) == start + .seconds(6))
    }

    @Test("Before that, one attempt after the other is made, 200 ms to 2 s apart, and one that succeeds ends the doubt")
    func doubt() {
        var door = Door()
        door.fail(5, at: start)
        var (now, waits) = (start, [Duration]())
        while !door.isOpen, let opens = door.gate.opens(at: now), waits.count < 20 {
            waits.append(opens - now)
            #expect(door.room(at: opens - .milliseconds(1)) == 0)
            now = opens
            #expect(door.fill(at: now) == 1)
            door.fail(1, at: now)
        }
        #expect(
            waits == [.milliseconds(200), .milliseconds(200), .milliseconds(400)] + [
                .milliseconds(800), .milliseconds(1600), .seconds(2),
            ])
        var other = Door()
        other.fail(5, at: start)
        other.end(outcome(200), at: start + .milliseconds(200))
        #expect(other.gate.admission(at: start + .milliseconds(200)).total == 4)
    }

    @Test(
        "One event that fails again and again opens nothing, nor do those that failed before while new ones are taken")
    func sameEvents() {
        var door = Door()
        for second in 0..<100 {
            door.end(outcome(500), of: DeliveryTraits(id: 1, type: "lead.updated"), at: start + .seconds(second))
        }
        #expect(door.gate.health.circuit == .closed)
        door.end(outcome(200), at: start + .seconds(100))
        for id in 1...50 {
            let failed = DeliveryTraits(id: Int64(id), type: "lead.updated", failedBefore: true)
            door.end(outcome(500), of: failed, at: start + .seconds(101 + id))
        }
        #expect(door.gate.health.circuit == .closed)
        // Nothing was taken for longer than that: they are all there is to go by.
        for id in 1...8 {
            let failed = DeliveryTraits(id: Int64(id), type: "lead.updated", failedBefore: true)
            door.end(outcome(500), of: failed, at: start + .minutes(5) + .seconds(id))
        }
        #expect(door.isOpen)
    }

    @Test("Where some events fail and others are taken, the circuit does not open, however many fail", arguments: 2...4)
    func mixed(each: Int) {
        var door = Door()
        for index in 0..<400 {
            // Up to four in a row fail, twenty a second, for twenty seconds.
            door.end(outcome(index % (each + 1) == 0 ? 200 : 500), at: start + .milliseconds(50 * index))
            #expect(door.gate.health.circuit == .closed)
        }
    }

    @Test(
        "What is the event's own fault opens nothing, and shows that the receiver lives",
        arguments: [400, 413, 414, 415, 422])
    func refused(status: Int) {
        var door = Door()
        for second in 0..<100 { door.end(outcome(status), at: start + .seconds(second)) }
        #expect(door.gate.health.memory == EndpointHealth())
        door.open(at: start + .hours(1))
        door.end(outcome(status), at: start + .hours(1) + .seconds(1))
        #expect(door.gate.health.circuit == .probing)
    }

    @Test("Probes come 1, 2, 5, 15 and 45 s after it opened, then twice as long apart up to 15 min, one at a time")
    func probes() {
        var door = Door()
        door.open(at: start)
        var (now, waits) = (start, [Int]())
        for _ in 0..<11 {
            guard let opens = door.gate.opens(at: now) else { break }
            waits.append(Int((opens - now).inSeconds))
            now = opens
            #expect(door.fill(at: now) == 1)
            #expect(door.fill(at: now) == 0)
            door.fail(1, at: now)
        }
        #expect(waits == [1, 1, 3, 10, 30, 60, 120, 240, 480, 900, 900])
    }

    @Test("Two successes close it, and then one, two and four may be in flight")
    func closes() {
        var door = Door()
        door.open(at: start)
        let now = start + .seconds(1)
        var rooms: [Int] = []
        for _ in 0..<4 {
            rooms.append(door.fill(at: now))
            door.end(outcome(200), at: now)
        }
        #expect(rooms == [1, 1, 1, 2])
        #expect(door.gate.health.circuit == .closed)
        #expect(door.fill(at: now) == 4)
        door.fail(4, at: now)
        #expect(door.gate.health.circuit == .closed)
    }

    @Test("One failure after a probe that succeeded makes nobody wait")
    func relapse() {
        var door = Door()
        door.open(at: start)
        let probe = start + .seconds(1)
        door.end(outcome(204), at: probe)
        door.fail(1, at: probe)
        #expect(door.gate.opens(at: probe) == probe)
        door.end(outcome(204), at: probe)
        door.fail(1, at: probe)
        #expect(door.gate.health.circuit == .recovering(allowed: 1))
    }

    @Test(
        "What was in flight when the circuit opened neither closes it nor keeps it open longer", arguments: [200, 500])
    func stragglers(status: Int) {
        var door = Door()
        let opened = start + .seconds(10)
        door.open(at: opened)
        let circuit = EndpointHealth.Circuit.open(until: opened + .seconds(1), probes: 0)
        door.end(outcome(status), begun: start, at: opened + .milliseconds(500))
        #expect(door.gate.opens(at: opened) == opened + .seconds(1))
        let probe = opened + .seconds(40)
        door.end(outcome(status), begun: start, at: probe)
        #expect(door.gate.health.circuit == circuit)
        door.end(outcome(200), at: probe)
        #expect(door.gate.health.circuit == .probing)
        door.end(outcome(status), begun: start, at: probe)
        #expect(door.gate.health.circuit == .probing)
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
        #expect(rooms == [1, 2, 4])
    }

    @Test("A 410 counts by its head, whatever became of its body, and so does what is the event's own fault")
    func bodyBrokenOff() {
        var door = Door()
        door.end(AttemptOutcome(verdict: .failed(.body), status: 413, duration: .zero), at: start)
        #expect(door.gate.health.failures == 0)
        door.end(AttemptOutcome(verdict: .failed(.body), status: 410, duration: .zero), at: start)
        #expect(door.gate.health.disabled == .gone)
    }

    @Test(
        "410, the receiver's word, or five days of a hundred failures disable it; nothing is sent until it is resumed")
    func disabled() {
        for (answer, reason) in [
            (outcome(410), EndpointHealth.Disabled.gone), (outcome(503, directive: .disable), .asked),
            (outcome(400, directive: .disable), .asked),
        ] {
            var door = Door()
            door.end(answer, at: start)
            #expect(door.gate.health.disabled == reason)
            #expect(door.gate.opens(at: start + .days(300)) == nil)
            #expect(door.gate.admission(at: start + .days(300)).total == 0)
            door.gate.resume()
            #expect(door.gate.admission(at: start).total == 1)
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

    @Test("After a restart no wait is longer than it can be, whatever the clock")
    func restarted() throws {
        var door = Door()
        door.open(at: start)
        let kept = door.gate.health.memory
        #expect(kept.failures == 6)
        #expect(kept.failingSince == start - .seconds(6))
        let resumed = EndpointHealth(resuming: kept, at: start - .days(1))
        #expect(resumed.circuit == .open(until: start - .days(1) + .seconds(1), probes: 0))
    }
}
