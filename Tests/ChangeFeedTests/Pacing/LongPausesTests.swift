// How long a pause is believed, and what ends it.

import ChangeFeed
import Testing

@Suite("Long pauses of the whole account")
struct LongPausesTests: BudgetFixture {
    @Test("An API that refuses again and again after the time it named is left alone for longer and longer")
    func untruthfulRetryAfter() {
        var budget = RequestBudget(terms: .init(requestsPerSecond: 100, quotaShare: 1), at: start)
        var now = start
        var waits: [Duration] = []
        for _ in 0..<6 {
            #expect(budget.request(.poll, at: now) == .granted)
            var response = APIResponse(status: 429, body: [], duration: .zero)
            response.retryAfter = .zero
            budget.settle(.success(response), of: contacts, at: now, jitter: 0)
            guard case .wait(let until?, _) = budget.request(.poll, at: now) else { break }
            waits.append(until - now)
            now = until
        }
        #expect(waits.prefix(2) == [.milliseconds(250), .milliseconds(250)])
        #expect(waits.suffix(2) == [.seconds(32), .seconds(64)])
    }

    @Test("However long a 429 asks to be left alone: once an hour it is asked whether it still does, over restarts too")
    func hugeRetryAfter() {
        var budget = budget()
        var (now, asked) = (start, [Instant]())
        while now < start + .hours(24) {
            switch budget.request(.poll, at: now) {
            case .granted:
                asked.append(now)
                budget.settle(answer(429, retryAfter: .days(3_650)), of: contacts, at: now, jitter: 0.5)
                if asked.count.isMultiple(of: 3) {
                    budget = RequestBudget(terms: budget.terms, memory: budget.memory, at: now + .minutes(1))
                }
            case .wait(let until, _):
                now = until ?? start + .hours(24)
            }
        }
        #expect((23...24).contains(asked.count))
        #expect(zip(asked.dropFirst(), asked).allSatisfy { $0 - $1 >= .hours(1) })
    }

    @Test("A pause that an older version noted for a day lasts an hour at most")
    func noteOfADay() {
        let memory = RequestBudget.Memory(lastDeparture: start, throttledUntil: start + .hours(24))
        var budget = budget(memory: memory)
        guard case .wait(let until?, .throttled) = budget.request(.poll, at: start) else {
            Issue.record("the pause was forgotten")
            return
        }
        #expect(until <= start + .hours(1) + .seconds(1))
    }

    @Test("A long 429 is not the day's where the instance has much left", arguments: [9_999_995, 0])
    func longThrottle(remaining: Int) {
        let said = QuotaObservation(limit: 10_000_000, remaining: 9_999_995, observedAt: start)
        var budget = budget(memory: RequestBudget.Memory(observation: said))
        #expect(budget.request(.poll, at: start) == .granted)
        let told =
            remaining == 0 ? answer(429, remaining: 0, retryAfter: .hours(20)) : answer(429, retryAfter: .hours(20))
        budget.settle(told, of: contacts, at: start, jitter: 0)
        guard case .wait(_, let reason) = budget.request(.poll, at: start + .seconds(1)) else {
            Issue.record("it did not wait")
            return
        }
        #expect(reason == (remaining == 0 ? .dayUsedUp : .throttled))
        #expect(budget.memory.health.pause?.cause == (remaining == 0 ? .dayUsedUp : .throttled))
        var next = RequestBudget(terms: budget.terms, memory: budget.memory, at: start + .seconds(2))
        guard case .wait(_, let reasonOfNext) = next.request(.poll, at: start + .seconds(3)) else {
            Issue.record("the next process did not wait")
            return
        }
        #expect(reasonOfNext == reason)
    }

    @Test(
        "Who resumes the API ends its pause: one request tries, and the others wait for its answer",
        arguments: [429, 401])
    func resumed(status: Int) {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(status, retryAfter: .hours(9)), of: contacts, at: start, jitter: 0)
        let later = start + .minutes(1)
        #expect(budget.isPaused(at: later))
        budget.resume()
        #expect(budget.memory.throttledUntil == nil)
        #expect(budget.request(.poll, at: later) == .granted)
        #expect(budget.request(.poll, at: later + .seconds(5)) == .wait(until: nil, .inFlight))
    }
}
