// What one page leads to: everything that the store has to write in one transaction.

/// A page, ready to be compared with the known records and written with the progress it stands for.
package struct PageCommit: Sendable {
    package var plan: ResourcePlan
    package var records: [SeenRecord]
    /// Where they were seen.
    package var sighting: Sighting
    package var detector: ChangeDetector
    /// The resource's progress once this page is in.
    package var progress: ResourceProgress
    /// What the answer that brought this page has taught about the account's quota.
    package var budget: RequestBudget.Memory
    /// What polls have taught of the resource's pace, when it is time to keep that.
    package var pace: ResourcePace?
    /// What the page tells of records that are there no more, or again.
    package var presence: PresenceStep?
    /// Which reading the page belongs to; nil: none, a record was asked for by its id.
    package var reading: Reading?
    /// The readings that this page ends.
    package var endedReadings: [Reading] = []
    /// What the operator should know of how the page was read.
    package var warning: String?

    package init(
        plan: ResourcePlan, records: [SeenRecord], sighting: Sighting, detector: ChangeDetector,
        progress: ResourceProgress, budget: RequestBudget.Memory
    ) {
        self.plan = plan
        self.records = records
        self.sighting = sighting
        self.detector = detector
        self.progress = progress
        self.budget = budget
    }
}

/// What the store found and wrote for a page.
package struct CommitSummary: Sendable, Equatable {
    package var records = 0
    package var learned = 0
    package var created = 0
    package var updated = 0
    package var deleted = 0
    package var unchanged = 0
    /// Of which the store could not read what it knew, and what was read now has taken its place.
    package var relearned: [RecordID] = []
    /// Changes that are held from now on.
    package var held: HeldChanges?
    /// Where the page had a presence step.
    package var presence: PresenceFinding?

    package init() {}

    package var events: Int { created + updated + deleted }
}
