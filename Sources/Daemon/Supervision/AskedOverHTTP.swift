// What HTTP asks of the accounts that run.

import ChangeFeed
import DaemonConfiguration
import Operations

extension Supervisor {
    /// The account that runs, with the plan of the moment.
    var one: (account: RunningAccount, plan: Plan.Account)? {
        guard let (name, account) = running.first, let plan = currentPlan.accounts[name] else { return nil }
        return (account, plan)
    }

    /// Somebody says that a resource has changed: it is polled soon.
    ///
    /// - Parameter resource: any name of its object.
    /// - Returns: false where no such resource is polled.
    func hint(_ resource: String) -> Bool {
        accounts.filter { $0.polls.hint(ResourceName(resource)) }.count > 0
    }
}
