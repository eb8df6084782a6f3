// What HTTP asks of the accounts that run.

import ChangeFeed
import DaemonConfiguration
import Operations

extension Supervisor {
    var endpointNames: [String] { currentPlan.endpoints.map(\.settings.name) }

    /// What commands have to know of those that are configured.
    var operationEndpoints: [OperationScope.Endpoint] {
        currentPlan.endpoints.map { .init(name: $0.settings.name, rules: $0.settings.rules) }
    }

    /// What was asked for just now, by way of the store, is looked for at once.
    func nudgeOperators() {
        for account in accounts { account.requests.nudge() }
    }

    /// Somebody says that a resource has changed: it is polled soon.
    ///
    /// - Parameter resource: any name of its object.
    /// - Returns: false where no such resource is polled.
    func hint(_ resource: String) -> Bool {
        accounts.filter { $0.polls.hint(ResourceName(resource)) }.count > 0
    }
}
