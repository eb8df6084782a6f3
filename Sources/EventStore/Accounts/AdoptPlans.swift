// The verb that brings the resources of the store and those of the configuration together.

import ChangeFeed

package struct AdoptPlans {
    private let plans: [ResourcePlan]
    private let account: StoredAccount
    private let now: Instant

    package init(_ plans: [ResourcePlan], of account: StoredAccount, at now: Instant) {
        self.plans = plans
        self.account = account
        self.now = now
    }

    /// - Returns: what is known of the resources of the plans then.
    package func run(in store: any StoreTransaction) throws -> AccountMemory {
        let adoption = ResourceAdoption(plans: plans, stored: try store.storedResources(of: account.id))
        try store.write(adoption.steps.map { .adopt($0, at: now) })
        return AccountMemory(
            progress: try store.progress(of: account.id), tallies: try store.tallies(of: account.id),
            paces: try store.paces(of: account.id), instance: try store.instance(of: account.id),
            fingerprints: try store.fingerprintKey(), notices: adoption.notices)
    }
}
