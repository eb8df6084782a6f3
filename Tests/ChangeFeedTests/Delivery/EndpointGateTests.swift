@testable import ChangeFeed
import Testing

@Suite("EndpointGate")
struct EndpointGateTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)

    private func new(_ id: Int64, _ type: String = "contact.updated") -> DeliveryTraits {
        DeliveryTraits(id: id, type: type)
    }

    private func failed(_ id: Int64, _ type: String = "contact.updated") -> DeliveryTraits {
        DeliveryTraits(id: id, type: type, failedBefore: true)
    }

    private func outcome(_ status: Int) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), duration: .zero)
    }

    @Test("No more attempts begin than may be in flight")
    func concurrency() {
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        gate.enter(new(1), at: now)
        #expect(gate.admission(at: now).total == 1)
        gate.enter(new(2), at: now)
        #expect(gate.admission(at: now).total == 0)
        #expect(gate.opens(at: now) == nil)
        gate.leave(1)
        #expect(gate.admission(at: now).total == 1)
    }

    @Test("A held endpoint lets nothing through until its time")
    func hold() {
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        gate.hold(until: now + .seconds(60))
        gate.hold(until: now + .seconds(10))
        #expect(gate.admission(at: now + .seconds(59)).total == 0)
        #expect(gate.opens(at: now) == now + .seconds(60))
        #expect(gate.admission(at: now + .seconds(60)).total == 2)
    }

    @Test("A cap spaces attempts out")
    func cap() {
        var gate = EndpointGate(concurrency: 8, requestsPerSecond: 2)
        #expect(gate.admission(at: now).total == 1)
        gate.enter(new(1), at: now)
        #expect(gate.admission(at: now).total == 0)
        #expect(gate.opens(at: now) == now + .milliseconds(500))
    }

    @Test("What this process lacks makes the endpoint wait, longer each time, and charges it nothing")
    func ownShortage() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        let lacking = AttemptOutcome(verdict: .failed(.shortage), duration: .zero)
        gate.took(lacking, of: new(1), begun: now, at: now)
        #expect(gate.admission(at: now).total == 4)
        // Four at once tell no more than one.
        for _ in 1...4 { gate.lacked(at: now, jitter: 0) }
        #expect(gate.admission(at: now).total == 0 && gate.opens(at: now) == now + .seconds(1))
        #expect(gate.admission(at: now + .seconds(1)).total == 4)
        gate.lacked(at: now + .seconds(1), jitter: 0)
        #expect(gate.opens(at: now + .seconds(1)) == now + .seconds(3))
        var later = now
        for _ in 1...20 {
            later = gate.opens(at: later) ?? later
            gate.lacked(at: later, jitter: 0)
        }
        #expect(gate.opens(at: later) == later + .seconds(30))
        #expect(gate.health == EndpointHealth())
        later = later + .seconds(30) + .minutes(1)
        gate.took(outcome(503), of: new(1), begun: later, at: later)
        #expect(gate.admission(at: later).total == 4 && gate.health.failures == 1 && !gate.isShort)
        gate.lacked(at: later, jitter: 0)
        #expect(gate.opens(at: later) == later + .seconds(1))
    }

    @Test("What only some attempts lack lets the others go on, and their success ends no shortage")
    func partialShortage() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        for id in 1...4 { gate.enter(new(Int64(id)), at: now) }
        for id in 3...4 {
            gate.leave(Int64(id))
            gate.lacked(at: now, jitter: 0)
        }
        var (moment, waits) = (now, [Duration]())
        for _ in 1...7 {
            // There is enough for two.
            #expect(gate.admission(at: moment).total == 0 && gate.isShort)
            gate.leave(1)
            gate.took(outcome(200), of: new(1), begun: moment, at: moment)
            #expect(gate.admission(at: moment).total == 1 && gate.opens(at: moment) == moment)
            gate.enter(new(1), at: moment)
            let opens = gate.opens(at: moment) ?? moment
            waits.append(opens - moment)
            moment = opens
            #expect(gate.admission(at: moment).total == 2)
            gate.lacked(at: moment, jitter: 0)
        }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        let calm = moment + .seconds(30) + .minutes(1)
        gate.took(outcome(200), of: new(1), begun: moment, at: calm)
        #expect(gate.isShort)
        gate.took(outcome(200), of: new(1), begun: calm, at: calm)
        #expect(!gate.isShort)
    }

    @Test("A request that is made once more has its turn in the pace of the others")
    func repeats() {
        var gate = EndpointGate(concurrency: 8, requestsPerSecond: 2)
        gate.enter(new(1), at: now)
        #expect(gate.repeats(at: now) == now + .milliseconds(500))
        #expect(gate.repeats(at: now) == now + .seconds(1))
        #expect(gate.admission(at: now + .seconds(1)).total == 0)
        #expect(gate.admission(at: now + .milliseconds(1500)).total == 1)
        var free = EndpointGate(concurrency: 8, requestsPerSecond: nil)
        #expect(free.repeats(at: now) == now)
    }

    @Test(
        "What failed before, or is of a type that fails, has half of the places at most",
        arguments: [(1, 1), (2, 1), (4, 2), (9, 4)])
    func unlikely(concurrency: Int, places: Int) {
        var gate = EndpointGate(concurrency: concurrency, requestsPerSecond: nil)
        #expect(gate.admission(at: now) == Admission(total: concurrency, unlikely: places))
        gate.took(outcome(500), of: new(1, "lead.updated"), begun: now, at: now)
        for id in 1...Int64(places) {
            gate.enter(id % 2 == 0 ? failed(id) : new(id, "lead.updated"), at: now)
        }
        let rest = gate.admission(at: now)
        #expect(rest.total == concurrency - places && rest.unlikely == 0 && rest.failingTypes == ["lead.updated"])
        gate.took(outcome(200), of: new(1, "lead.updated"), begun: now, at: now)
        #expect(gate.admission(at: now).failingTypes == [])
    }

    @Test("What is likely to be taken and what is not take turns; with one place, they get as much time")
    func turns() {
        var gate = EndpointGate(concurrency: 1, requestsPerSecond: nil)
        let (soon, later) = (now + .seconds(15), now + .seconds(30))
        #expect(gate.admission(at: now).isLikelysTurn)
        gate.enter(new(1), at: now)
        gate.took(outcome(200), of: new(1), begun: now, at: now)
        gate.leave(1)
        #expect(!gate.admission(at: now).isLikelysTurn)
        gate.enter(failed(2), at: now)
        gate.took(outcome(422), of: failed(2), begun: now, at: soon)
        gate.leave(2)
        #expect(gate.admission(at: soon).isLikelysTurn)
        gate.enter(new(3), at: soon)
        gate.leave(3)
        #expect(gate.admission(at: soon).isLikelysTurn)
        #expect(!gate.admission(at: later).isLikelysTurn)
        // A replay takes a place only where nothing else wants it.
        gate.enter(DeliveryTraits(id: 4, type: "contact.updated", failedBefore: true, isReplay: true), at: later)
        #expect(!gate.admission(at: later).isLikelysTurn)
    }

    @Test(
        "An event of a type that has not failed goes through an open circuit, which its failure does not lengthen"
    )
    func otherTypes() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        for (id, second) in [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 6)] {
            gate.took(outcome(500), of: new(Int64(id)), begun: now + .seconds(second), at: now + .seconds(second))
        }
        let later = now + .seconds(6) + .milliseconds(500)
        let open = gate.health.circuit
        #expect(open == .open(until: now + .seconds(7), probes: 0))
        let one = Admission(total: 1, unlikely: 0, failingTypes: ["contact.updated"], prefersLikely: true)
        #expect(gate.admission(at: later) == one)
        gate.enter(new(7, "lead.updated"), at: later)
        #expect(gate.admission(at: later).total == 0)
        gate.leave(7)
        gate.took(outcome(500), of: new(7, "lead.updated"), begun: later, at: later)
        #expect(gate.health.circuit == open)
        gate.took(outcome(200), of: new(8, "task.updated"), begun: later, at: later)
        #expect(gate.health.circuit == .probing && gate.health.failingTypes == [])
    }

    @Test(
        "The next look is when something is due and may go; what may go and was not taken waits for what is in flight")
    func looks() {
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        let soon = now + .seconds(3)
        #expect(gate.looksAgain(at: WaitingQueue(isDue: false, next: nil), at: now) == nil)
        #expect(gate.looksAgain(at: WaitingQueue(isDue: false, next: soon), at: now) == soon)
        gate.enter(failed(1), at: now)
        #expect(gate.looksAgain(at: WaitingQueue(isDue: true, next: nil), at: now) == nil)
        #expect(gate.looksAgain(at: WaitingQueue(isDue: true, next: soon), at: now) == soon)
        gate.hold(until: now + .seconds(2))
        #expect(gate.looksAgain(at: WaitingQueue(isDue: true, next: soon), at: now) == now + .seconds(2))
        gate.hold(until: now + .seconds(5))
        #expect(gate.looksAgain(at: WaitingQueue(isDue: false, next: soon), at: now) == now + .seconds(5))
        gate.enter(new(2), at: now)
        #expect(gate.looksAgain(at: WaitingQueue(isDue: true, next: soon), at: now) == nil)
    }

    @Test("Replays go as far apart as was asked for, however long they were held up")
    func replays() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        #expect(gate.replaysOpen <= now)
        let replay = DeliveryTraits(id: 1, type: "contact.updated", isReplay: true)
        gate.beganReplay(spacing: .seconds(2), at: now)
        gate.took(outcome(200), of: replay, begun: now, at: now)
        #expect(gate.replaysOpen == now + .seconds(2))
        gate.beganReplay(spacing: .seconds(2), at: now + .hours(1))
        #expect(gate.replaysOpen == now + .hours(1) + .seconds(2))
    }

    @Test("Replays that fail slow replays down, and hold up nothing that is new; 410 is meant for all")
    func refusedReplays() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        let replay = DeliveryTraits(id: 1, type: "contact.updated", isReplay: true)
        for second in 1...12 { gate.took(outcome(500), of: replay, begun: now, at: now + .seconds(second)) }
        #expect(gate.health.circuit == .closed && gate.admission(at: now).total == 4)
        #expect(gate.replaysOpen == now + .seconds(12) + .minutes(15))
        gate.took(outcome(200), of: replay, begun: now, at: now + .minutes(15))
        gate.took(outcome(422), of: replay, begun: now, at: now + .hours(1))
        #expect(gate.replaysOpen == now + .hours(1) + .seconds(2))
        gate.took(outcome(410), of: replay, begun: now, at: now + .hours(2))
        #expect(gate.health.disabled == .gone)
    }
}
