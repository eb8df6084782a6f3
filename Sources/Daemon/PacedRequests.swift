// A few requests to the API, as slowly as its limits ask for.

import ChangeFeed
import DaemonConfiguration
import InsightlyAPI

struct PacedRequests {
    enum Answer {
        case result(APIResult)
        /// The limits leave no room for it in the near future.
        case notAsked(RequestBudget.Reason)
    }

    /// A daemon may be running, which knows nothing of these and has a pace of its own.
    private static let mostPerSecond = 2.0
    /// Somebody waits for the answer.
    private static let patience: Duration = .seconds(30)

    private let client: InsightlyClient
    private var budget: RequestBudget

    init(_ client: InsightlyClient, terms: RequestBudget.Terms) {
        self.client = client
        var terms = terms
        terms.requestsPerSecond = min(terms.requestsPerSecond, Self.mostPerSecond)
        // Whatever share of the day polls may take, to ask once is not polling.
        terms.quotaShare = 1
        budget = RequestBudget(terms: terms, at: SteadyClock.wall)
    }

    /// Asks once, when the limits allow it.
    ///
    /// - Parameter resource: whose list it is; nil: none's.
    mutating func send(_ request: APIRequest, of resource: ResourceName?) async -> Answer {
        let clock = ContinuousClock()
        let latest = clock.now + Self.patience
        while true {
            switch budget.request(request.purpose, at: SteadyClock.wall) {
            case .granted:
                let result = await client.send(request)
                budget.settle(result, of: resource, at: SteadyClock.wall, jitter: 0)
                return .result(result)
            case .wait(let until, let reason):
                guard let until, clock.now + (until - SteadyClock.wall) < latest,
                    (try? await clock.sleep(for: max(until - SteadyClock.wall, .milliseconds(1)))) != nil
                else { return .notAsked(reason) }
            }
        }
    }
}
