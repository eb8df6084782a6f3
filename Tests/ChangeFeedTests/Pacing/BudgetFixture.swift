// A budget, and a server that answers as it is told.

import ChangeFeed

/// What the tests of a budget share.
protocol BudgetFixture {}

extension BudgetFixture {
    var start: Instant { Instant(secondsSince1970: 1_764_000_000) }
    var contacts: ResourceName { ResourceName("contacts") }

    func answer(_ status: Int, remaining: Int? = nil, limit: Int? = 1_000, retryAfter: Duration? = nil)
        -> APIResult
    {
        var response = APIResponse(status: status, body: [], duration: .zero)
        response.dailyLimit = remaining == nil ? nil : limit
        response.dailyRemaining = remaining
        response.retryAfter = retryAfter
        return .success(response)
    }

    func budget(share: Double = 0.8, daily: Int? = nil, memory: RequestBudget.Memory = .init()) -> RequestBudget {
        RequestBudget(
            terms: .init(requestsPerSecond: 5, quotaShare: share, dailyLimit: daily), memory: memory, at: start)
    }

    /// Sends as soon as it may for a while, every request answered at once by a server that counts the day down.
    func sent(
        _ budget: inout RequestBudget, for duration: Duration, remaining: (Int) -> Int?
    ) -> [Instant] {
        var now = start
        var sent: [Instant] = []
        while now < start + duration {
            switch budget.request(.poll, at: now) {
            case .granted:
                sent.append(now)
                budget.settle(answer(200, remaining: remaining(sent.count)), of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = until ?? start + duration
            }
        }
        return sent
    }
}
