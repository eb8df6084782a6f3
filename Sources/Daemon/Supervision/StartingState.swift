// What the store knows of what is about to start.

import ChangeFeed
import ChangeStore
import EventStore
import DaemonConfiguration

/// Of the accounts and endpoints that a step of the difference starts, once the store was brought together with them.
struct StartingState: Sendable {
    struct Account: Sendable {
        let stored: StoredAccount
        let memory: AccountMemory
        let budget: RequestBudget.Memory
        /// What could not be read, and is learned anew.
        let unreadable: [UnreadableRow]
    }

    struct Queue: Sendable {
        /// Of all endpoints that start.
        let depth: QueueDepth
        /// What waits for endpoints that are configured no more.
        let abandoned: [(name: String, open: Int)]
    }

    private(set) var accounts: [String: Account] = [:]
    private(set) var endpoints: [String: StoredEndpoint] = [:]

    private(set) var queue: Queue?

    /// Nothing starts.
    init() {}

    /// - Parameter steps: whose endpoints are brought together with the store as well.
    init(_ steps: [PlanDifference.Step], of store: ChangeStore, at now: Instant) throws {
        for step in steps {
            switch step {
            case .startAccount(let name, let account): accounts[name] = try Account(name, account, of: store, at: now)
            case .startEndpoint(let endpoint):
                endpoints[endpoint.settings.name] = try store.endpoint(endpoint.settings, at: now)
            default: break
            }
        }
        guard !accounts.isEmpty else { return }
        let starting = Array(endpoints.values)
        queue = Queue(
            depth: try starting.reduce(into: QueueDepth(open: 0, dead: 0)) { $0 += try store.queueDepth(of: $1) },
            abandoned: try store.queuedBeside(starting))
    }
}

extension StartingState.Account {
    fileprivate init(_ name: String, _ plan: Plan.Account, of store: ChangeStore, at now: Instant) throws {
        stored = try store.account(named: name, identity: AccountIdentity.make(for: plan.api))
        memory = try store.memory(adopting: plan.polling.resources, of: stored, at: now)
        budget = try store.budgetMemory(of: stored)
        unreadable = try store.unreadableMemories(of: stored)
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
