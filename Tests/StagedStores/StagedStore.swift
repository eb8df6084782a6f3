// A store of any engine with the account and the endpoint of the tests, and pages to put into it.

import ChangeFeed
import EventStore

package struct StagedStore<Store: StoreEngine> {
    package let store: Store
    package var account: StoredAccount { store.account }
    package let endpoint: StoredEndpoint
    package var now: Instant

    /// - Parameter store: opened just now.
    package init(_ store: Store, rules: EndpointRules = EndpointRules(), at now: Instant) throws {
        self.store = store
        endpoint = try store.endpoint(named: "default", rules: rules, longestWait: .hours(32), at: now)
        self.now = now
    }

    package init(store: Store, endpoint: StoredEndpoint, now: Instant) {
        self.store = store
        self.endpoint = endpoint
        self.now = now
    }

    package static var plan: ResourcePlan { .ofStagedContacts }

    package static func record(_ id: Int, name: String, updated: String = "2026-11-23 10:00:00") -> String {
        """
        {"CONTACT_ID":\(id),"LAST_NAME":"\(name)","DATE_CREATED_UTC":"2020-01-01 00:00:00","DATE_UPDATED_UTC":"\(updated)"}
        """
    }

    /// A page with everything as news, and the cursor at its end.
    package func page(
        _ records: [String], threshold: NewsThreshold = .beginning, baseline: ResourceProgress.Baseline = .complete
    ) throws -> PageCommit {
        let body = Array("[\(records.joined(separator: ","))]".utf8)
        let seen = try RecordPage.read(body).records.map { record in
            guard let seen = SeenRecord(record, idField: Self.plan.idField) else { throw NoSuchRecord() }
            return seen
        }
        return PageCommit(
            plan: Self.plan, records: seen, sighting: .search,
            detector: ChangeDetector(
                plan: Self.plan, newsThreshold: threshold, baselineIsComplete: baseline == .complete),
            progress: ResourceProgress(newsThreshold: threshold, cursor: now, polledAt: now, baseline: baseline),
            budget: .init())
    }

    @discardableResult
    package func commit(_ records: [String], threshold: NewsThreshold = .beginning) throws -> CommitSummary {
        try store.commit(try page(records, threshold: threshold), to: [endpoint], detectedAt: now, at: now)
    }

    /// What is due; nothing stays under way.
    package func due(_ limit: Int = 100, at time: Instant? = nil) throws -> [DueDelivery] {
        let due = try store.claim(of: endpoint, limit: limit, at: time ?? now)
        store.putBack(due.map(\.id))
        return due
    }

    package func settle(
        _ delivery: DueDelivery, as disposition: DeliveryPolicy.Disposition, status: Int = 200, at time: Instant? = nil
    ) throws {
        let report = AttemptReport(
            deliveryID: delivery.id, number: delivery.attempts + 1, startedAt: now,
            outcome: AttemptOutcome(verdict: .answered(status: status), duration: .milliseconds(3)),
            disposition: disposition)
        try store.settle([report], of: endpoint, holdUntil: nil, at: time ?? now)
    }
}

/// A test's record that has no id.
package struct NoSuchRecord: Error {}

extension ResourcePlan {
    package static let ofStagedContacts = ResourcePlan(
        name: ResourceName("contacts"), typeName: "contact",
        search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
        listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"),
        updatedDate: DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly),
        createdDate: DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly), interval: .every(.minutes(15))
    )
}

extension StoreEngine {
    /// Takes what is due, whether it failed before or not.
    package func claim(
        of endpoint: StoredEndpoint, limit: Int, admittingReplays: Bool = true, at now: Instant
    ) throws -> [DueDelivery] {
        try claim(
            of: endpoint, Admission(total: limit, unlikely: limit), admittingReplays: admittingReplays, at: now)
    }

    /// When the first of what is not under way is due.
    package func nextDue(of endpoint: StoredEndpoint, replaysOpen: Instant = .distantPast) throws -> Instant? {
        try waiting(of: endpoint, replaysOpen: replaysOpen, at: .distantPast).next
    }
}
