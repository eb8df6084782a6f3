// The limits as the throttle counts them.

import ChangeFeed
import Testing

@testable import SimulatedWorld

@Suite("Request limits")
struct RequestLimitsTests {
    @Test("the eleventh request of a window is refused, and the window is fixed: it does not slide")
    func second() {
        var world = makeWorld()
        var statuses: [Int] = []
        // Ten at 0.9 s of a window that opened at 0, ten more at 1.0 s: 20 within 100 ms pass a fixed window.
        statuses.append(world.get("/Leads", at: noon).status)
        for _ in 0..<9 { statuses.append(world.get("/Leads", at: noon + .milliseconds(900)).status) }
        for _ in 0..<10 { statuses.append(world.get("/Leads", at: noon + .seconds(1)).status) }
        #expect(statuses.allSatisfy { $0 == 200 })
        let refused = world.get("/Leads", at: noon + .milliseconds(1999))
        #expect(refused.status == 429)
        #expect(refused.text == #"{"Message":"API calls quota exceeded! maximum admitted 10 per Second."}"#)
        #expect(refused.headers.value(of: "Retry-After") == "1")
        #expect(world.get("/Leads", at: noon + .seconds(2)).status == 200)
    }

    @Test("refusals count against the day only where the switch says so", arguments: [true, false])
    func refusals(count: Bool) {
        var world = makeWorld {
            $0.limits.perSecond = 2
            $0.limits.countsRefusals = count
        }
        for _ in 0..<5 { _ = world.get("/Leads") }
        #expect(world.quotaUsed == (count ? 5 : 2))
        #expect(world.get("/Leads").headers.value(of: "X-RateLimit-Remaining") == (count ? "99994" : "99998"))
    }

    @Test("Retry-After may be missing")
    func noRetryAfter() {
        var world = makeWorld {
            $0.limits.perSecond = 1
            $0.limits.sendsRetryAfter = false
        }
        _ = world.get("/Leads")
        #expect(world.get("/Leads").headers.value(of: "Retry-After") == nil)
    }

    @Test("the day ends at midnight UTC, or a day after its first request", arguments: RequestLimits.DayReset.allCases)
    func day(reset: RequestLimits.DayReset) {
        var world = makeWorld {
            $0.limits.perDay = 2
            $0.limits.dayReset = reset
        }
        for _ in 0..<2 { #expect(world.get("/Leads").status == 200) }
        let refused = world.get("/Leads", at: noon + .hours(1))
        #expect(refused.status == 429)
        #expect(refused.headers.value(of: "X-RateLimit-Remaining") == "0")
        #expect(refused.text.contains("maximum admitted 2 per Day."))
        let (last, next) = reset == .midnightUTC ? (Duration.hours(12), 43_200) : (.hours(24), 86_400)
        #expect(refused.headers.value(of: "Retry-After") == "\(next - 3600 + 1)")
        #expect(world.get("/Leads", at: noon + last - .milliseconds(1)).status == 429)
        #expect(world.get("/Leads", at: noon + last).status == 200)
    }

    @Test("with a limit of two at once, the third is refused until one is through")
    func concurrency() {
        var world = makeWorld { $0.limits.concurrent = 2 }
        let request = SimulatedRequest(RequestTarget(path: "/Leads"), apiKey: world.apiKey)
        let (_, first) = world.begin(request, at: noon)
        _ = world.begin(request, at: noon)
        let (refused, third) = world.begin(request, at: noon)
        #expect(refused.status == 429)
        world.finish(third, at: noon)
        world.finish(first, at: noon)
        #expect(world.begin(request, at: noon).0.status == 200)
    }
}
