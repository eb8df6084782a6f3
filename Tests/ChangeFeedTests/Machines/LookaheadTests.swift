import ChangeFeed
import Testing

@Suite("Deliveries taken from the queue ahead of need")
struct LookaheadTests {
    private typealias Script = EndpointScript

    /// Lets a script run on a queue that never ends until something was claimed ahead of need.
    ///
    /// - Returns: how many were asked for at most.
    private func run(
        _ script: inout Script, type: String = "contact.updated", bytes: Int = 2, each: Duration = .microseconds(100)
    ) throws -> Int {
        var (next, most): (Int64, Int) = (1, 0)
        for _ in 0..<400 {
            switch script.question?.verb {
            case .claim(let admission, _, _)?:
                most = max(most, admission.total)
                let due = Script.due(next...(next + Int64(admission.total) - 1), type: type).map { delivery in
                    var delivery = delivery
                    delivery.body = Array(repeating: 0x20, count: bytes)
                    return delivery
                }
                next += Int64(admission.total)
                try script.answer(.claimed(due))
            case .settle?: try script.answer(.done)
            case .look?: try script.answer(.waiting(WaitingQueue(isDue: true, next: nil)))
            case .resume?, .giveUp?, .adopt?, nil: break
            }
            script.now = script.now + each
            for attempt in script.posted where script.machine.gate.inFlight > 0 { script.endOnce(attempt) }
        }
        return most
    }

    @Test("A long queue and a fast receiver: more is taken than there are places, and as many are in flight as may be")
    func ahead() throws {
        var script = Script(concurrency: 4)
        #expect(try run(&script) > 16)
        #expect(script.machine.gate.inFlight <= 4)
        #expect(script.posted.map(\.delivery.id) == Array(1...Int64(script.posted.count)))
    }

    @Test("A slow receiver, or one with a cap, or an endpoint that coalesces: nothing is taken that has no place")
    func none() throws {
        var slow = Script(concurrency: 4)
        #expect(try run(&slow, each: .milliseconds(300)) <= 4)
        var capped = Script(concurrency: 4, requestsPerSecond: 1_000)
        #expect(try run(&capped) == 1)
        var coalescing = Script(concurrency: 4, coalesces: true)
        #expect(try run(&coalescing) <= 4)
    }

    @Test("Large events are taken ahead only as far as they fit into little memory")
    func large() throws {
        var script = Script(concurrency: 4)
        #expect(try run(&script, bytes: 400_000) <= 4 + 2)
    }

    @Test("Where an event of a type fails, all that was taken ahead is put back")
    func failure() throws {
        var script = Script(concurrency: 2)
        _ = try run(&script)
        while script.machine.gate.inFlight == 0 || script.asks == "claim" {
            switch script.question?.verb {
            case .claim(let admission, _, _)?:
                try script.answer(.claimed(Script.due(10_001...(10_000 + Int64(admission.total)))))
            case .settle?: try script.answer(.done)
            default: script.take(.wake)
            }
        }
        let last = try #require(script.posted.last)
        let before = script.posted.count
        script.end(last, 500)
        #expect(script.posted.count - before <= 1)
        #expect(Set(script.posted.map(\.delivery.id)).isDisjoint(with: script.putBack))
    }
}
