// What clients make of answers when there is no connection between.

import ChangeFeed
import Testing

@testable import SimulatedWorld

@Suite("Answers as results")
struct AnswerAsResultTests {
    @Test("a whole answer brings its status, its body and what its headers say")
    func whole() throws {
        var world = makeWorld { $0.clockOffset = .seconds(7) }
        let answer = world.get("/Leads", ["count_total": "true"], at: noon + .milliseconds(900))
        let response = try answer.result(timeout: .seconds(60)).get()
        #expect(response.status == 200)
        #expect(response.body == answer.body)
        #expect(response.date == noon + .seconds(7))
        #expect(response.totalCount == 20)
        #expect(response.dailyLimit == 100_000)
        #expect(response.dailyRemaining == 99_999)
        #expect(response.retryAfter == nil)
    }

    @Test("a refusal says how long to stay away")
    func refusal() throws {
        var world = makeWorld { $0.limits.perSecond = 0 }
        let response = try world.get("/Leads").result(timeout: .seconds(60)).get()
        #expect(response.status == 429)
        #expect(response.retryAfter == .seconds(1))
    }

    @Test("what breaks on the way is a failure", arguments: [Fault.reset, .truncated, .brokenCompression])
    func broken(fault: Fault) {
        var world = makeWorld(faults: Faults([fault: 1]))
        guard case .failure(.brokenOff) = world.get("/Leads").result(timeout: .seconds(60)) else {
            Issue.record("\(fault) was no failure")
            return
        }
    }

    @Test("slow answers are waited for, and no longer than the client waits")
    func slow() {
        var world = makeWorld(faults: Faults([.slow: 1], slowness: .seconds(60)))
        #expect(world.get("/Leads").result(timeout: .seconds(60)) == .failure(.timedOut(after: .seconds(60))))
        #expect((try? world.get("/Leads").result(timeout: .seconds(61)).get())?.duration == .seconds(60))
    }
}
