// What makes the whole account wait, and how it goes on after.

import ChangeFeed
import Testing

@Suite("Pauses of the whole account")
struct RequestPausesTests: BudgetFixture {
    @Test("A 429 holds everything back for as long as it says")
    func retryAfter() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(429, retryAfter: .seconds(30)), of: contacts, at: start, jitter: 0)
        guard case .wait(let until?, .throttled) = budget.request(.poll, at: start + .seconds(1)) else {
            Issue.record("the budget did not wait")
            return
        }
        #expect(until >= start + .seconds(30))
        #expect(budget.request(.poll, at: until) == .granted)
    }

    @Test("429s without Retry-After are waited out longer and longer, and a success ends that")
    func throttleBackoff() {
        var budget = budget()
        var now = start
        var waits: [Duration] = []
        for _ in 0..<4 {
            #expect(budget.request(.poll, at: now) == .granted)
            budget.settle(answer(429), of: contacts, at: now, jitter: 0)
            guard case .wait(let until?, .throttled) = budget.request(.poll, at: now) else {
                Issue.record("nothing waits after \(waits)")
                return
            }
            waits.append(until - now)
            now = until
        }
        #expect(waits == [.seconds(2), .seconds(4), .seconds(8), .seconds(16)])
        #expect(budget.request(.poll, at: now) == .granted)
        budget.settle(answer(200), of: contacts, at: now, jitter: 0)
        #expect(budget.request(.poll, at: now + .seconds(1)) == .granted)
        budget.settle(answer(429), of: contacts, at: now, jitter: 0)
        #expect(budget.request(.poll, at: now) == .wait(until: now + .seconds(2), .throttled))
    }

    @Test("A refused key stops the hammering for minutes")
    func unauthorized() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(401), of: contacts, at: start, jitter: 0)
        #expect(budget.request(.poll, at: start + .minutes(4)) == .wait(until: start + .minutes(5), .unauthorized))
    }

    /// Whether requests wait after these answers, one a second.
    private func isHeld(after answers: [(status: Int, resource: String)]) -> Bool {
        var budget = budget()
        var now = start
        for (status, resource) in answers {
            #expect(budget.request(.poll, at: now) == .granted)
            budget.settle(answer(status), of: ResourceName(resource), at: now, jitter: 0)
            now = now + .seconds(1)
        }
        return budget.request(.poll, at: now) != .granted
    }

    @Test(
        "A key that is refused after it worked is known by the second resource that it worked for, or by the only one")
    func refusedLater() {
        #expect(isHeld(after: [(200, "contacts"), (401, "contacts")]))
        #expect(isHeld(after: [(200, "contacts"), (200, "leads"), (200, "tasks"), (401, "leads"), (401, "contacts")]))
    }

    @Test("A resource that is refused while another is answered holds nothing, whatever it was before")
    func oneRefused() {
        #expect(!isHeld(after: [(200, "contacts"), (200, "leads"), (401, "leads"), (401, "leads")]))
        #expect(!isHeld(after: [(200, "contacts"), (401, "Fruit__c"), (401, "Nut__c"), (401, "Fruit__c")]))
        #expect(
            !isHeld(after: [
                (200, "contacts"), (200, "leads"), (200, "tasks"), (401, "leads"), (200, "contacts"), (401, "tasks"),
            ]))
    }

    @Test(
        "Refusals of requests that were in flight together are one failure, not several in a row",
        arguments: [429, 401])
    func inFlightTogether(status: Int) {
        var budget = RequestBudget(terms: .init(requestsPerSecond: 100, quotaShare: 1), at: start)
        for index in 0..<4 { #expect(budget.request(.poll, at: start + .milliseconds(500 * index)) == .granted) }
        let end = start + .seconds(2)
        for _ in 0..<4 { budget.settle(answer(status), of: contacts, at: end, jitter: 0) }
        let pause: Duration = status == 429 ? .seconds(2) : .minutes(5)
        guard case .wait(let until, _) = budget.request(.poll, at: end) else {
            Issue.record("nothing waits")
            return
        }
        #expect(until == end + pause)
    }

    @Test("A limit without room for one request holds for the day it was said of, not for ever")
    func tinyLimit() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        var response = APIResponse(status: 200, body: [], duration: .zero)
        response.dailyLimit = 1
        response.dailyRemaining = 1
        budget.settle(.success(response), of: contacts, at: start, jitter: 0)
        let later = start + .hours(25)
        guard case .wait(let until?, _) = budget.request(.poll, at: start + .hours(1)) else {
            Issue.record("it waits for nothing, or not at all")
            return
        }
        #expect(until <= later)
        #expect(budget.request(.poll, at: later) == .granted)
    }

    @Test(
        "At once no more than a twentieth of the share is spent, then no faster than the day goes by; restarts change nothing"
    )
    func spread() {
        var budget = budget(share: 0.8)
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(200, remaining: 19_999, limit: 20_000), of: contacts, at: start, jitter: 0)
        var (now, times) = (start, [start])
        while now < start + .hours(3) {
            // A process that dies every few minutes.
            if times.count.isMultiple(of: 50) {
                budget = RequestBudget(terms: budget.terms, memory: budget.memory, at: now)
            }
            switch budget.request(.baseline, at: now) {
            case .granted:
                times.append(now)
                budget.settle(
                    answer(200, remaining: 20_000 - times.count, limit: 20_000), of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = max(until ?? now, now + .milliseconds(1))
            }
        }
        // 16,000 a day: 800 at once, and 11 a minute.
        for (index, time) in times.enumerated() {
            let inAnHour = times[...index].count { time - $0 < .hours(1) }
            #expect(Double(inAnHour) <= 800 + 16_000 / 24 * 1.15)
        }
        #expect(times.count > 2_000)
    }

    @Test(
        "A 429 whose day is used up is told from one whose second is",
        arguments: [(0, nil), (nil, 3_600), (nil, nil), (500, 2)])
    func dailyThrottle(remaining: Int?, retryAfter: Int?) {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(
            answer(429, remaining: remaining, retryAfter: retryAfter.map { .seconds($0) }), of: contacts, at: start,
            jitter: 0)
        guard case .wait(_, let reason) = budget.request(.poll, at: start + .milliseconds(100)) else {
            Issue.record("it did not wait")
            return
        }
        #expect(reason == (remaining == 0 || retryAfter == 3_600 ? .dayUsedUp : .throttled))
    }

    @Test("After a pause one request tries, and the others follow when it was answered well")
    func oneTries() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(429), of: contacts, at: start, jitter: 0)
        let later = start + .minutes(1)
        #expect(budget.request(.poll, at: later) == .granted)
        #expect(budget.request(.poll, at: later + .seconds(5)) == .wait(until: nil, .inFlight))
        budget.settle(answer(200), of: contacts, at: later + .seconds(6), jitter: 0)
        #expect(budget.request(.poll, at: later + .seconds(7)) == .granted)
        #expect(budget.request(.poll, at: later + .seconds(8)) == .granted)
    }

    @Test("A 503 that asks for a long rest holds up its resource alone where others are answered")
    func restOfOne() {
        for othersAreAnswered in [true, false] {
            var budget = budget()
            if othersAreAnswered {
                _ = budget.request(.poll, at: start)
                budget.settle(answer(200), of: ResourceName("leads"), at: start, jitter: 0)
            }
            let later = start + .minutes(15)
            _ = budget.request(.poll, at: later)
            budget.settle(answer(503, retryAfter: .hours(1)), of: contacts, at: later, jitter: 0)
            #expect(budget.isPaused(at: later) != othersAreAnswered)
        }
    }

    @Test("Errors for several resources, with nothing else between, hold everything; those of one resource do not")
    func serverErrors() {
        let leads = ResourceName("leads")
        for (answers, isHeld) in [
            ([(500, contacts), (502, leads), (500, contacts), (503, leads)], true),
            ([(500, contacts), (502, leads), (200, leads), (500, contacts), (503, leads)], false),
            ([(500, contacts), (502, leads), (404, leads), (500, contacts), (503, leads)], false),
            (Array(repeating: (500, leads), count: 20), false),
        ] {
            var budget = budget()
            var now = start
            for (status, resource) in answers {
                #expect(budget.request(.poll, at: now) == .granted)
                budget.settle(answer(status), of: resource, at: now, jitter: 0)
                now = now + .seconds(1)
            }
            let grant = budget.request(.poll, at: now - .milliseconds(500))
            #expect(grant == (isHeld ? .wait(until: now, .failing) : .granted))
        }
    }

    @Test("A pause that the API asked for holds after a restart; a refused key is tried again at once")
    func pauseOutlivesRestart() {
        for (status, isHeld) in [(429, true), (401, false)] {
            var first = budget()
            #expect(first.request(.poll, at: start) == .granted)
            var told = answer(status)
            if case .success(var response) = told {
                response.retryAfter = .hours(3)
                told = .success(response)
            }
            first.settle(told, of: contacts, at: start, jitter: 0)
            let later = start + .minutes(1)
            var second = RequestBudget(terms: first.terms, memory: first.memory, at: later)
            let until = start + .hours(1) + .milliseconds(250)
            // For the cause that the process before this one knew.
            #expect(second.request(.poll, at: later) == (isHeld ? .wait(until: until, .dayUsedUp) : .granted))
        }
    }

    @Test("A clock that is set back between two processes makes no pause longer")
    func pauseAfterSetback() {
        var first = budget()
        #expect(first.request(.poll, at: start) == .granted)
        var response = APIResponse(status: 429, body: [], duration: .zero)
        response.retryAfter = .seconds(10)
        first.settle(.success(response), of: contacts, at: start, jitter: 0)
        let earlier = start - .minutes(90)
        var second = RequestBudget(terms: first.terms, memory: first.memory, at: earlier)
        guard case .wait(let until?, .throttled) = second.request(.poll, at: earlier) else {
            Issue.record("the pause was forgotten")
            return
        }
        #expect(until <= earlier + .seconds(11))
    }

    @Test("A process that dies after each of its requests does not take the reserve either")
    func crashLoop() {
        var memory = RequestBudget.Memory(
            observation: QuotaObservation(limit: 1_000, remaining: 100, observedAt: start))
        var sent = 0
        for minute in 0..<300 {
            let now = start + .minutes(minute)
            var budget = budget(share: 1, memory: memory)
            if budget.request(.poll, at: now) == .granted { sent += 1 }
            memory = budget.memory
        }
        #expect(sent > 10)
        #expect(sent <= 50)
    }
}
