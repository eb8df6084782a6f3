// What HTTP asks of the accounts.

import DaemonConfiguration

extension Supervisor {
    /// An account that runs, with the plan of the moment.
    struct Polled: Sendable {
        /// In the store.
        let name: String
        let running: RunningAccount
        let plan: Plan.Account
    }

    /// An account of the configuration, which another daemon may lead.
    struct Planned: Sendable {
        /// In the store.
        let name: String
        /// Nil where it does not run here.
        let running: RunningAccount?
        let plan: Plan.Account
    }

    /// In the order of their names.
    var polled: [Polled] {
        planned(currentPlan).compactMap { account in
            account.running.map { Polled(name: account.name, running: $0, plan: account.plan) }
        }
    }

    /// Those of a plan, in the order of their names.
    func planned(_ plan: Plan) -> [Planned] {
        let running = running
        return plan.accounts.sorted { $0.key < $1.key }.map { name, account in
            Planned(name: name, running: running[name], plan: account)
        }
    }
}
