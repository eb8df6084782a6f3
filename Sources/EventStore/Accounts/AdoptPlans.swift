// The verb that brings the resources of the store and those of the configuration together.

import ChangeFeed

package struct AdoptPlans {
    private let plans: [ResourcePlan]
    private let now: Instant

    package init(_ plans: [ResourcePlan], at now: Instant) {
        self.plans = plans
        self.now = now
    }

    /// - Returns: what is known of the resources of the plans then.
    package func run(in store: any StoreTransaction) throws -> AccountMemory {
        let adoption = ResourceAdoption(plans: plans, stored: try store.storedResources())
        try store.write(adoption.steps.map { .adopt($0, at: now) })
        return AccountMemory(
            progress: try store.progress(), tallies: try store.tallies(),
            paces: try store.paces(), instance: try store.instance(),
            fingerprints: try store.fingerprintKey(), notices: adoption.notices)
    }
}
