// One process of the daemon, from the opening of the store to its end.

import ChangeFeed
import ChangeStore
import VirtualTime

/// The state that a process holds in memory; everything else is in the store.
final class Incarnation {
    struct Polling {
        let account: StoredAccount
        let plans: [ResourcePlan]
        var loop: VirtualLoop<AccountMachine>
    }

    struct Delivery {
        let endpoint: StoredEndpoint
        var loop: VirtualLoop<EndpointMachine>
        /// Deliveries whose attempts have begun and not ended.
        var underWay: Set<Int64> = []
        /// Deliveries that it knows to be taken.
        var taken: Set<Int64> = []
    }

    /// 1, 2, 3, …
    let number: Int
    let store: ChangeStore
    /// Reads the log as a command beside the daemon does.
    let log: StoreVisitor
    let doom: Doom
    /// In the order of the life's accounts.
    var polling: [Polling] = []
    /// In the order of the life's endpoints; nil where one is not configured.
    var delivery: [Delivery?] = []
    let configuration: Configuration
    var isStopping = false
    /// When the daemon looks next what it is asked for.
    var nextRound: Instant?
    /// Held deletes that were released already.
    var released: [Set<ResourceName>]

    init(number: Int, storePath: String, _ configuration: Configuration, doom: Doom, at now: Instant) throws {
        self.number = number
        self.doom = doom
        self.configuration = configuration
        store = try ChangeStore(path: storePath)
        log = try StoreVisitor(path: storePath, isReadOnly: true)
        store.beforeEachCommit { try doom.strike() }
        released = configuration.accounts.map { _ in [] }
        for account in configuration.accounts { polling.append(try Self.polling(account, store, at: now)) }
        for endpoint in configuration.endpoints {
            delivery.append(try endpoint.map { try Self.delivery($0, store, at: now) })
        }
    }

    private static func polling(
        _ scenario: AccountScenario, _ store: ChangeStore, at now: Instant
    ) throws -> Polling {
        let account = try store.account(named: scenario.name, identity: "simulated \(scenario.name)")
        let budget = RequestBudget(
            terms: .init(requestsPerSecond: scenario.requestsPerSecond, quotaShare: 0.8),
            memory: try store.budgetMemory(of: account), at: now)
        let plans = try scenario.resources()
        _ = try store.adopt(plans, of: account, at: now)
        let feed = AccountFeed(
            plans: plans, progress: try store.progress(of: account), start: scenario.start,
            overlap: scenario.overlap,
            sweepInterval: scenario.sweepInterval, tallies: try store.presenceTallies(of: account),
            paces: try store.paces(of: account), budget: budget,
            at: now)
        return Polling(
            account: account, plans: plans, loop: VirtualLoop(AccountMachine(feed: feed), startingAt: now))
    }

    private static func delivery(
        _ scenario: EndpointScenario, _ store: ChangeStore, at now: Instant
    ) throws -> Delivery {
        let endpoint = try store.endpoint(
            named: scenario.name, rules: scenario.rules, target: Fingerprint(of: Array("\(scenario.target)".utf8)[...]),
            longestWait: scenario.schedule.longestWait, at: now)
        let machine = EndpointMachine(scenario.machineTerms, heldUntil: endpoint.heldUntil, health: endpoint.health)
        return Delivery(endpoint: endpoint, loop: VirtualLoop(machine, startingAt: now))
    }

    /// When it does something next by itself, by its own clock.
    var next: Instant? { (polling.map(\.loop.next) + delivery.map { $0?.loop.next }).compactMap(\.self).min() }

    var isDone: Bool {
        polling.allSatisfy(\.loop.machine.isDone) && delivery.allSatisfy { $0?.loop.machine.isDone ?? true }
    }

    var endpoints: [StoredEndpoint] { delivery.compactMap { $0?.endpoint } }

    /// Who gets the events of an account.
    func endpoints(for account: Int) -> [StoredEndpoint] {
        delivery.indices.compactMap { index in
            configuration.feeds(account: account, endpoint: index) ? delivery[index]?.endpoint : nil
        }
    }

    /// Events are new in the queue.
    func wakeDeliveries(at now: Instant) {
        for index in delivery.indices { delivery[index]?.loop.post(.wake, at: now) }
    }

    func stop(at now: Instant) {
        isStopping = true
        for index in polling.indices { polling[index].loop.post(.stop, at: now) }
        for index in delivery.indices { delivery[index]?.loop.post(.stop, at: now) }
    }
}
