// One process of the daemon, from the opening of the store to its end.

import ChangeFeed
import ChangeStore
import VirtualTime

/// The state that a process holds in memory; everything else is in the store.
struct Incarnation {
    /// 1, 2, 3, …
    let number: Int
    let store: ChangeStore
    let account: StoredAccount
    let endpoint: StoredEndpoint
    let doom: Doom
    let plans: [ResourcePlan]
    var polling: VirtualLoop<AccountMachine>
    var delivery: VirtualLoop<EndpointMachine>
    var isStopping = false

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
        let feed = AccountFeed(
            plans: plans, progress: try store.progress(of: account), start: scenario.start,
            overlap: scenario.overlap,
            sweepInterval: scenario.sweepInterval, tallies: try store.presenceTallies(of: account),
            paces: try store.paces(of: account), budget: budget,
            at: now)
        polling = VirtualLoop(AccountMachine(feed: feed), startingAt: now)
        let terms = EndpointMachine.Terms(
            concurrency: Self.concurrency, requestsPerSecond: scenario.deliveriesPerSecond,
            policy: DeliveryPolicy(schedule: .standard), coalesces: scenario.rules.coalesces)
        delivery = VirtualLoop(
            EndpointMachine(terms, heldUntil: endpoint.heldUntil, health: endpoint.health), startingAt: now)
    }

    /// When it does something next by itself, by its own clock.
    var next: Instant? { [polling.next, delivery.next].compactMap(\.self).min() }

    var isDone: Bool { polling.machine.isDone && delivery.machine.isDone }
}
