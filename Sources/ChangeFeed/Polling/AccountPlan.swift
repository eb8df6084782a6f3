// What the configuration says of an account, and what the store knows of its resources: all that polling goes by.

/// How an account is polled, resolved, as a value that can be compared.
package struct AccountPlan: Sendable, Equatable {
    /// In the order of the configuration; no name twice.
    package var resources: [ResourcePlan]
    package var start: PollStart
    /// How far each poll reads back behind its cursor.
    package var overlap: Duration
    /// The longest time between two full readings of a list; nil: deletes are not looked for.
    package var sweepInterval: Duration?
    package var budget: RequestBudget.Terms
    /// Tells one address and key of the API from another, and neither can be read from it.
    package var api: Fingerprint

    package init(
        resources: [ResourcePlan], start: PollStart, overlap: Duration, sweepInterval: Duration?,
        budget: RequestBudget.Terms, api: Fingerprint
    ) {
        self.resources = resources
        self.start = start
        self.overlap = overlap
        self.sweepInterval = sweepInterval
        self.budget = budget
        self.api = api
    }
}

/// What the store knows of the resources of a plan, once they and its own were brought together.
package struct AccountMemory: Sendable {
    /// How far each resource has come; resources without an entry begin anew.
    package var progress: [ResourceName: ResourceProgress]
    package var tallies: [ResourceName: PresenceTally]
    /// What earlier polls have taught.
    package var paces: [ResourceName: ResourcePace]
    /// The instance that it is all about; nil where that was never learned.
    package var instance: String?
    /// By which the store knows records; nil: by SHA-256 alone.
    package var fingerprints: FingerprintKey?
    /// What became of resources that are written another way now.
    package var notices: [ResourceAdoption.Notice]

    package init(
        progress: [ResourceName: ResourceProgress] = [:], tallies: [ResourceName: PresenceTally] = [:],
        paces: [ResourceName: ResourcePace] = [:], instance: String? = nil, fingerprints: FingerprintKey? = nil,
        notices: [ResourceAdoption.Notice] = []
    ) {
        self.progress = progress
        self.tallies = tallies
        self.paces = paces
        self.instance = instance
        self.fingerprints = fingerprints
        self.notices = notices
    }
}
