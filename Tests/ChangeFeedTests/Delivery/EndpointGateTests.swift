import ChangeFeed
import Testing

@Suite("EndpointGate")
struct EndpointGateTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)

    @Test("No more attempts begin than may be in flight")
    func concurrency() {
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        gate.enter(1, at: now)
        #expect(gate.room(at: now) == 1)
        gate.enter(2, at: now)
        #expect(gate.room(at: now) == 0)
        #expect(gate.opens(at: now) == nil)
        gate.leave(1)
        #expect(gate.room(at: now) == 1)
    }

    @Test("A held endpoint lets nothing through until its time")
    func hold() {
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        gate.hold(until: now + .seconds(60))
        gate.hold(until: now + .seconds(10))
        #expect(gate.room(at: now + .seconds(59)) == 0)
        #expect(gate.opens(at: now) == now + .seconds(60))
        #expect(gate.room(at: now + .seconds(60)) == 2)
    }

    @Test("A cap spaces attempts out")
    func cap() {
        var gate = EndpointGate(concurrency: 8, requestsPerSecond: 2)
        #expect(gate.room(at: now) == 1)
        gate.enter(1, at: now)
        #expect(gate.room(at: now) == 0)
        #expect(gate.opens(at: now) == now + .milliseconds(500))
    }

    @Test("What this process lacks makes the endpoint wait, longer each time, and charges it nothing")
    func ownShortage() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        let lacking = AttemptOutcome(verdict: .failed(.shortage), duration: .zero)
        gate.took(lacking, begun: now, at: now)
        #expect(gate.room(at: now) == 4)
        // Four at once tell no more than one.
        for _ in 1...4 { gate.lacked(at: now, jitter: 0) }
        #expect(gate.room(at: now) == 0 && gate.opens(at: now) == now + .seconds(1))
        #expect(gate.room(at: now + .seconds(1)) == 4)
        gate.lacked(at: now + .seconds(1), jitter: 0)
        #expect(gate.opens(at: now + .seconds(1)) == now + .seconds(3))
        var later = now
        for _ in 1...20 {
            later = gate.opens(at: later) ?? later
            gate.lacked(at: later, jitter: 0)
        }
        #expect(gate.opens(at: later) == later + .seconds(30))
        #expect(gate.health == EndpointHealth())
        gate.took(outcome(503), begun: later, at: later)
        #expect(gate.room(at: later) == 4 && gate.health.failures == 1)
        gate.lacked(at: later, jitter: 0)
        #expect(gate.opens(at: later) == later + .seconds(1))
    }

    private func outcome(_ status: Int) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), duration: .zero)
    }

    @Test("Replays go as far apart as was asked for, however long they were held up")
    func replays() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        #expect(gate.replaysOpen <= now)
        gate.beganReplay(spacing: .seconds(2), at: now)
        gate.took(outcome(200), isReplay: true, begun: now, at: now)
        #expect(gate.replaysOpen == now + .seconds(2))
        gate.beganReplay(spacing: .seconds(2), at: now + .hours(1))
        #expect(gate.replaysOpen == now + .hours(1) + .seconds(2))
    }

    @Test("Replays that are refused slow replays down, and hold up nothing that is new; 410 is meant for all")
    func refusedReplays() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        for _ in 1...12 { gate.took(outcome(422), isReplay: true, begun: now, at: now) }
        #expect(gate.health.circuit == .closed && gate.room(at: now) == 4)
        #expect(gate.replaysOpen == now + .minutes(15))
        gate.took(outcome(200), isReplay: true, begun: now, at: now + .minutes(15))
        gate.took(outcome(422), isReplay: true, begun: now, at: now + .hours(1))
        #expect(gate.replaysOpen == now + .hours(1) + .seconds(2))
        gate.took(outcome(410), isReplay: true, begun: now, at: now + .hours(2))
        #expect(gate.health.disabled == .gone)
    }
}
