import ChangeFeed
import Testing

@Suite("Quota headers that are not as they should be")
struct QuotaReadingTests: BudgetFixture {
    private func answer(limit: Int?, remaining: Int?, isUnreadable: Bool = false) -> APIResult {
        var response = APIResponse(status: 200, body: [], duration: .zero)
        (response.dailyLimit, response.dailyRemaining) = (limit, remaining)
        response.quotaIsUnreadable = isUnreadable
        return .success(response)
    }

    /// Sends as soon as it may, each request answered at once.
    private func sent(_ budget: inout RequestBudget, hours: Int, answer: APIResult) -> Int {
        var (now, sent) = (start, 0)
        while now < start + .hours(hours) {
            switch budget.request(.poll, at: now) {
            case .granted:
                sent += 1
                budget.settle(answer, of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = max(until ?? start + .hours(hours), now + .milliseconds(1))
            }
        }
        return sent
    }

    @Test("Less than nothing left is nothing left", arguments: [-1, -5_000, 0])
    func negative(remaining: Int) {
        var budget = budget()
        #expect(sent(&budget, hours: 1, answer: answer(limit: 1_000, remaining: remaining)) <= 2)
    }

    /// Of 1,000 a day 800 are the share; a twentieth of it at once.
    @Test(
        "Headers that cannot be read or believed leave the share as it was, for days",
        arguments: [(nil, nil, true), (10, 5_000, false), (0, 5_000, false), (nil, 700, true), (1_000, nil, true)])
    func keepsShare(limit: Int?, remaining: Int?, isUnreadable: Bool) {
        let known = QuotaObservation(limit: 1_000, remaining: 900, observedAt: start)
        var budget = budget(memory: RequestBudget.Memory(observation: known))
        let sent = sent(
            &budget, hours: 24 * 4,
            answer: answer(limit: limit, remaining: remaining, isUnreadable: isUnreadable))
        #expect(sent <= 4 * 800 + 40)
        #expect(budget.share(at: start + .hours(24 * 4)) == 800)
        #expect(sent > 1_500)
    }

    @Test("A limit that is named holds where what is left is not")
    func limitAlone() {
        var budget = budget()
        #expect(sent(&budget, hours: 24, answer: answer(limit: 1_000, remaining: nil)) <= 800)
        #expect(budget.quotaTrouble == .incomplete)
    }

    @Test("Trouble is told of once, and is over with the next good answer")
    func told() {
        let trouble = answer(limit: nil, remaining: nil, isUnreadable: true)
        var budget = budget()
        for _ in 0..<3 { budget.settle(trouble, of: contacts, at: start, jitter: 0) }
        #expect(budget.quotaTrouble == .unreadable)
        #expect(budget.memory.health.quotaTrouble == .unreadable)
        budget.settle(answer(limit: 1_000, remaining: 999), of: contacts, at: start, jitter: 0)
        #expect(budget.quotaTrouble == nil)
    }
}
