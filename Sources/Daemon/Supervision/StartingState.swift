// What the store knows of what is about to start.

import ChangeFeed
import DaemonConfiguration
import EventStore

/// Of the accounts and endpoints that a step of the difference starts, once the store was brought together with them.
struct StartingState: Sendable {
    struct Account: Sendable {
        let store: any StoreEngine
        let memory: AccountMemory
        let budget: RequestBudget.Memory
        /// By name.
        let endpoints: [String: StoredEndpoint]
        let queue: Queue
        /// What could not be read, and is learned anew.
        let unreadable: [UnreadableRow]
    }

    struct Queue: Sendable {
        /// Of all its endpoints.
        let depth: QueueDepth
        /// What waits for endpoints that are configured no more.
        let abandoned: [(name: String, open: Int)]
    }

    private(set) var accounts: [String: Account] = [:]
    /// Of accounts that run, by account and name.
    private(set) var endpoints: [String: [String: StoredEndpoint]] = [:]

    /// Nothing starts.
    init() {}

    /// - Parameters:
    ///   - steps: whose endpoints are brought together with the store as well.
    ///   - running: the stores of the accounts that run, by name.
    ///   - epoch: of the lease of an account; nil where there are none.
    init(
        _ steps: [PlanDifference.Step], of store: any StateStore, running: [String: any StoreEngine],
        under epoch: (String) -> Int?, at now: Instant
    ) throws {
        for step in steps {
            switch step {
            case .startAccount(let name, let account):
                accounts[name] = try Account(name, account, of: store, under: epoch(name), at: now)
            case .startEndpoint(let endpoint, let name):
                guard let account = running[name] else {
                    preconditionFailure("endpoint \(endpoint.settings.name) starts for an account that does not run")
                }
                endpoints[name, default: [:]][endpoint.settings.name] = try account.taken(endpoint.settings, at: now)
            default: break
            }
        }
    }
}

extension StartingState.Account {
    fileprivate init(
        _ name: String, _ plan: Plan.Account, of store: any StateStore, under epoch: Int?, at now: Instant
    ) throws {
        let account = try store.account(
            named: name, identity: AccountIdentity.make(for: plan.api, title: plan.title), title: plan.title,
            under: epoch)
        self.store = account
        memory = try account.memory(adopting: plan.polling.resources, at: now)
        var budget = try account.budgetMemory()
        // Another daemon may have sent a request just now, by a clock that goes otherwise: the limit of a second holds.
        if epoch != nil { budget.lastDeparture = max(budget.lastDeparture ?? now, now) }
        self.budget = budget
        endpoints = try Dictionary(
            uniqueKeysWithValues: plan.endpoints.map { ($0.settings.name, try account.taken($0.settings, at: now)) })
        queue = .init(
            depth: try endpoints.values.reduce(into: QueueDepth(open: 0, dead: 0)) {
                try $0 += account.queueDepth(of: $1)
            },
            abandoned: try account.queuedBeside(Array(endpoints.values)))
        unreadable = try account.unreadableMemories()
    }
}

extension StoreEngine {
    /// Whoever had claimed deliveries of the endpoint has ended.
    fileprivate func taken(_ settings: EndpointSettings, at now: Instant) throws -> StoredEndpoint {
        let endpoint = try endpoint(settings, at: now)
        putBackAll(of: endpoint)
        return endpoint
    }
}

extension PlanDifference.Step {
    /// Whether the store has to know of it.
    var needsStore: Bool {
        switch self {
        case .startAccount, .startEndpoint: true
        default: false
        }
    }
}
