// What HTTP asks of the accounts that run.

import DaemonConfiguration

extension Supervisor {
    /// An account that runs, with the plan of the moment.
    struct Polled: Sendable {
        /// In the store.
        let name: String
        let running: RunningAccount
        let plan: Plan.Account
    }

    /// In the order of their names.
    var polled: [Polled] {
        let plan = currentPlan
        return running.sorted { $0.key < $1.key }.compactMap { name, account in
            plan.accounts[name].map { Polled(name: name, running: account, plan: $0) }
        }
    }
}
