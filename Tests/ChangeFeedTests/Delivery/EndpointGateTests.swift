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
}
