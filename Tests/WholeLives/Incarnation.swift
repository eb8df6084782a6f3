// One process of the daemon, from the opening of the store to its end.

import ChangeFeed
import EventStore
import VirtualTime

/// The state that a process holds in memory; everything else is in the store.
final class Incarnation {
    struct Polling {
        /// As the machine goes by them.
        var plans: [ResourcePlan]
        var loop: VirtualLoop<AccountMachine>
    }

    struct Delivery {
        var endpoint: StoredEndpoint
        var loop: VirtualLoop<EndpointMachine>
        /// What it was told to go over to, by revision.
        var coming: [Int: EndpointScenario] = [:]
        /// Whether it is not configured any more, and ends.
        var isLeaving = false
        /// Deliveries whose attempts have begun and not ended.
        var underWay: Set<Int64> = []
        /// Deliveries that it knows to be taken.
        var taken: Set<Int64> = []
    }

    /// 1, 2, 3, …
    let number: Int
    /// In the order of the life's accounts.
    let stores: [any StoreEngine]
    /// Reads the logs of the accounts as a command beside the daemon does.
    let logs: [(Int) throws -> [ListedEvent]]
    /// The accounts of the life's endpoints, by their places.
    private let places: [Int]
    let doom: Doom
    /// In the order of the life's accounts.
    var polling: [Polling] = []
    /// In the order of the life's endpoints; nil where one is not configured.
    var delivery: [Delivery?] = []
    var configuration: Configuration
    /// Endpoints that are to be sent to, and are not yet.
    var wanted: [EndpointScenario?]
    var isStopping = false
    /// When the daemon looks next what it is asked for.
    var nextRound: Instant?
    /// Held deletes that were released already.
    var released: [Set<ResourceName>]

    /// - Parameter places: the accounts of the life's endpoints.
    init(
        number: Int, disk: LifeDisk, _ configuration: Configuration, places: [Int], doom: Doom, at now: Instant
    ) throws {
        self.number = number
        self.places = places
        self.doom = doom
        self.configuration = configuration
        wanted = configuration.endpoints.map { _ in nil }
        let names = configuration.accounts.map(\.name)
        stores = try disk.open(names, dyingBy: doom)
        logs = try names.map(disk.log)
        released = configuration.accounts.map { _ in [] }
        for (account, store) in zip(configuration.accounts, stores) {
            polling.append(try Self.polling(account, store, at: now))
        }
        for endpoint in configuration.endpoints {
            delivery.append(try endpoint.map { try Self.delivery($0, stores[$0.account], at: now) })
        }
    }

    private static func polling(
        _ scenario: AccountScenario, _ store: any StoreEngine, at now: Instant
    ) throws -> Polling {
        let plan = try scenario.plan()
        let memory = try store.memory(adopting: plan.resources, at: now)
        let budget = RequestBudget(terms: plan.budget, memory: try store.budgetMemory(), at: now)
        var feed = AccountFeed(
            plans: plan.resources, progress: memory.progress, start: plan.start, overlap: plan.overlap,
            sweepInterval: plan.sweepInterval, tallies: memory.tallies, paces: memory.paces, budget: budget, at: now)
        feed.fingerprints = memory.fingerprints
        return Polling(
            plans: plan.resources, loop: VirtualLoop(AccountMachine(feed: feed, api: plan.api), startingAt: now))
    }

    private static func delivery(
        _ scenario: EndpointScenario, _ store: any StoreEngine, at now: Instant
    ) throws -> Delivery {
        let endpoint = try store.endpoint(scenario, at: now)
        let machine = EndpointMachine(scenario.machineTerms, heldUntil: endpoint.heldUntil, health: endpoint.health)
        return Delivery(endpoint: endpoint, loop: VirtualLoop(machine, startingAt: now))
    }

    /// When it does something next by itself, by its own clock.
    var next: Instant? { (polling.map(\.loop.next) + delivery.map { $0?.loop.next }).compactMap(\.self).min() }

    var isDone: Bool {
        polling.allSatisfy(\.loop.machine.isDone) && delivery.allSatisfy { $0?.loop.machine.isDone ?? true }
    }

    /// Whether an endpoint, by its place, gets the events of its account.
    func feeds(_ endpoint: Int) -> Bool {
        delivery[endpoint]?.isLeaving == false && configuration.endpoints[endpoint] != nil
    }

    /// Those that are sent to of an account.
    func endpoints(of account: Int) -> [StoredEndpoint] {
        zip(delivery, places).compactMap { $1 == account && $0?.isLeaving == false ? $0?.endpoint : nil }
    }

    /// Who gets the events of an account.
    func endpoints(for account: Int) -> [StoredEndpoint] {
        delivery.indices.compactMap { index in
            places[index] == account && feeds(index) ? delivery[index]?.endpoint : nil
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

    func begin(_ index: Int, _ endpoint: EndpointScenario, at now: Instant) throws {
        let begun = try Self.delivery(endpoint, stores[endpoint.account], at: now)
        // Whoever sent to it before has ended.
        stores[endpoint.account].putBackAll(of: begun.endpoint)
        delivery[index] = begun
    }

    /// An endpoint is not configured any more: what is under way to it may end.
    func retire(_ index: Int, at now: Instant) {
        wanted[index] = nil
        delivery[index]?.isLeaving = true
        delivery[index]?.loop.post(.stop, at: now)
    }

    /// An endpoint is to be sent to in another way.
    func reconfigure(_ index: Int, _ endpoint: EndpointScenario, at now: Instant) {
        // One that has yet to begin, or to end before that, begins in the new way.
        guard delivery[index]?.isLeaving == false else {
            wanted[index] = endpoint
            return
        }
        let revision = (delivery[index]?.coming.keys.max() ?? 0) + 1
        delivery[index]?.coming[revision] = endpoint
        delivery[index]?.loop.post(.plan(.init(endpoint.machineTerms, revision: revision)), at: now)
    }
}
