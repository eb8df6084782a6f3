// One process of the daemon, from the opening of the store to its death.

import ChangeFeed
import ChangeStore

/// The state that a process holds in memory; everything else is in the store.
struct Incarnation {
    /// 1, 2, 3, …
    let number: Int
    let store: ChangeStore
    let account: StoredAccount
    let endpoint: StoredEndpoint
    let doom: Doom
    let plans: [ResourcePlan]
    let policy = DeliveryPolicy(schedule: .standard)
    var feed: AccountFeed
    var gate: EndpointGate

    static let concurrency = 4

    init(number: Int, storePath: String, scenario: Scenario, doom: Doom, at now: Instant) throws {
        self.number = number
        self.doom = doom
        store = try ChangeStore(path: storePath)
        store.beforeEachCommit { try doom.strike() }
        account = try store.account(named: "default", identity: "simulated")
        endpoint = try store.endpoint(
            named: "default", rules: scenario.rules, longestWait: RetrySchedule.standard.longestWait, at: now)
        let budget = RequestBudget(
            terms: .init(requestsPerSecond: scenario.requestsPerSecond, quotaShare: 0.8),
            memory: try store.budgetMemory(of: account), at: now)
        plans = try scenario.resources()
        feed = AccountFeed(
            plans: plans, progress: try store.progress(of: account), start: scenario.start,
            overlap: scenario.overlap,
            sweepInterval: scenario.sweepInterval, tallies: try store.presenceTallies(of: account),
            paces: try store.paces(of: account), budget: budget,
            at: now)
        gate = EndpointGate(
            concurrency: Self.concurrency, requestsPerSecond: nil, heldUntil: endpoint.heldUntil,
            health: endpoint.health)
    }
}
