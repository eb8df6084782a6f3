// An endpoint's machine that is given another plan while it runs.

@testable import ChangeFeed
import Testing

@Suite("Another plan for an endpoint")
struct EndpointPlanTests {
    private typealias Script = EndpointScript

    private func plan(
        concurrency: Int = 2, order: DeliveryOrder = .record, target: String? = nil, revision: Int = 1
    ) -> EndpointMachine.Plan {
        EndpointMachine.Plan(
            .init(
                concurrency: concurrency, requestsPerSecond: nil, policy: DeliveryPolicy(schedule: .standard),
                order: order, coalesces: false, target: target.map { Fingerprint(of: Array($0.utf8)[...]) }),
            revision: revision)
    }

    private func adopted(hasNewTarget: Bool = false) -> EndpointMachine.Answer {
        .adopted(.init(heldUntil: nil, health: EndpointHealth(), hasNewTarget: hasNewTarget))
    }

    /// Answers claims and looks with nothing until the machine asks for something else, or for nothing.
    private func settle(_ script: inout Script) throws {
        while let asks = script.asks, asks == "claim" || asks == "look" || asks.hasPrefix("settle") {
            switch asks {
            case "claim": try script.answer(.claimed([]))
            case "look": try script.answer(.waiting(WaitingQueue(isDue: false, next: nil)))
            default: try script.answer(.done)
            }
        }
    }

    @Test("More places are there at once, and attempts in flight go on")
    func concurrency() throws {
        var script = Script(concurrency: 1)
        try script.answer(.claimed(Script.due(1...1)))
        try settle(&script)
        script.take(.plan(plan(concurrency: 3)))
        #expect(script.asks == "adopt 1")
        #expect(script.goesBy == nil)
        try script.answer(adopted())
        #expect(script.goesBy?.revision == 1)
        #expect(script.asks == "claim")
        try script.answer(.claimed(Script.due(2...3)))
        #expect(script.posted.map(\.delivery.id) == [1, 2, 3])
    }

    @Test("For another order nothing begins until what is in flight has ended and is recorded")
    func order() throws {
        var script = Script(concurrency: 2)
        try script.answer(.claimed(Script.due(1...1)))
        try settle(&script)
        script.take(.plan(plan(order: .endpoint)))
        #expect(script.asks == nil)
        script.take(.wake)
        #expect(script.asks == nil)
        script.end(script.posted[0])
        #expect(script.asks == "settle 1")
        try script.answer(.done)
        #expect(script.asks == "adopt 1")
        try script.answer(adopted())
        #expect(script.asks == "claim")
    }

    @Test("What was claimed and has not begun is put back before another order")
    func claimedAhead() throws {
        var script = Script(concurrency: 2)
        script.take(.plan(plan(order: .none)))
        #expect(script.asks == "claim")
        try script.answer(.claimed(Script.due(1...2)))
        #expect(script.posted.isEmpty)
        #expect(script.putBack == [1, 2])
        #expect(script.asks == "adopt 1")
    }

    @Test("Another receiver is not held to what the former one did")
    func target() throws {
        var health = EndpointHealth()
        health.take(
            AttemptOutcome(verdict: .answered(status: 410), duration: .zero),
            of: Script.due(1...1)[0].traits, concurrency: 2, begun: Script().now, at: Script().now)
        var script = Script(health: health)
        try settle(&script)
        #expect(script.machine.gate.health.disabled == .gone)
        script.take(.plan(plan(target: "https://example.com/other")))
        #expect(script.asks == "adopt 1")
        try script.answer(adopted(hasNewTarget: true))
        #expect(script.machine.gate.health.disabled == nil)
        #expect(script.asks == "claim")
    }

    @Test("Of several plans the latest is gone by; while the store cannot take it, events go on by the one before")
    func latest() throws {
        var script = Script()
        try settle(&script)
        script.take(.plan(plan(revision: 1)))
        script.take(.plan(plan(concurrency: 5, revision: 2)))
        try script.answer(adopted())
        #expect(script.asks == "adopt 2")
        try script.fail()
        #expect(script.asks == "claim")
        try script.answer(.claimed(Script.due(1...1)))
        #expect(script.posted.count == 1)
        try settle(&script)
        script.now = try #require(script.machine.alarm)
        script.take(.wake)
        #expect(script.asks == "adopt 2")
        try script.answer(adopted())
        #expect(script.goesBy?.revision == 2)
    }

    @Test("A plan that needs rest, and that the store cannot take, keeps events back only while it is tried")
    func restFails() throws {
        var script = Script()
        try settle(&script)
        script.take(.plan(plan(order: .endpoint)))
        #expect(script.asks == "adopt 1")
        try script.fail()
        #expect(script.asks == "claim")
        try script.answer(.claimed(Script.due(1...1)))
        #expect(script.posted.count == 1)
    }

    @Test("A cap that comes while much is sent counts what was sent last")
    func cap() throws {
        var script = Script()
        try script.answer(.claimed(Script.due(1...1)))
        try settle(&script)
        script.take(
            .plan(
                .init(
                    .init(
                        concurrency: 2, requestsPerSecond: 0.1, policy: DeliveryPolicy(schedule: .standard),
                        coalesces: false), revision: 1)))
        try script.answer(adopted())
        script.now = script.now + .seconds(5)
        script.take(.wake)
        #expect(script.asks != "claim")
    }

    @Test("A stop does not wait for a plan")
    func stop() throws {
        var script = Script()
        try settle(&script)
        script.take(.plan(plan()))
        #expect(script.asks == "adopt 1")
        script.take(.stop)
        #expect(script.machine.isDone)
    }
}
