// A store in a directory of its own, and pages to put into it.

import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import Testing

/// Removes its directory when it goes.
final class StoreFixture {
    let directory: URL
    var path: String { directory.appendingPathComponent("state.sqlite3").path }
    let now = Instant(secondsSince1970: 1_795_536_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func open(rules: EndpointRules = EndpointRules()) throws -> OpenStore {
        let store = try ChangeStore(path: path)
        return OpenStore(
            store: store, account: try store.account(named: "default", identity: "account-1"),
            endpoint: try store.endpoint(named: "default", rules: rules, longestWait: .hours(32), at: now), now: now)
    }
}

extension ChangeStore {
    /// Takes what is due, whether it failed before or not.
    func claim(
        of endpoint: StoredEndpoint, limit: Int, admittingReplays: Bool = true, at now: Instant
    ) throws -> [DueDelivery] {
        try claim(
            of: endpoint, Admission(total: limit, unlikely: limit), admittingReplays: admittingReplays, at: now)
    }

    /// When the first of what is not under way is due.
    func nextDue(of endpoint: StoredEndpoint, replaysOpen: Instant = .distantPast) throws -> Instant? {
        try waiting(of: endpoint, replaysOpen: replaysOpen, at: .distantPast).next
    }
}

/// A store with the account and endpoint of the tests.
struct OpenStore {
    let store: ChangeStore
    let account: StoredAccount
    let endpoint: StoredEndpoint
    var now: Instant

    static let plan = ResourcePlan(
        name: ResourceName("contacts"), typeName: "contact",
        search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
        listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"),
        updatedDate: DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly),
        createdDate: DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly), interval: .every(.minutes(15))
    )

    static func record(_ id: Int, name: String, updated: String = "2026-11-23 10:00:00") -> String {
        """
        {"CONTACT_ID":\(id),"LAST_NAME":"\(name)","DATE_CREATED_UTC":"2020-01-01 00:00:00","DATE_UPDATED_UTC":"\(updated)"}
        """
    }

    /// A page with everything as news, and the cursor at its end.
    func page(
        _ records: [String], threshold: NewsThreshold = .beginning, baseline: ResourceProgress.Baseline = .complete
    ) throws -> PageCommit {
        let body = Array("[\(records.joined(separator: ","))]".utf8)
        let seen = try RecordPage.read(body).records.map {
            try #require(SeenRecord($0, idField: Self.plan.idField))
        }
        return PageCommit(
            plan: Self.plan, records: seen, sighting: .search,
            detector: ChangeDetector(
                plan: Self.plan, newsThreshold: threshold, baselineIsComplete: baseline == .complete),
            progress: ResourceProgress(newsThreshold: threshold, cursor: now, polledAt: now, baseline: baseline),
            budget: .init())
    }

    @discardableResult
    func commit(_ records: [String], threshold: NewsThreshold = .beginning) throws -> CommitSummary {
        try store.commit(try page(records, threshold: threshold), of: account, to: [endpoint], detectedAt: now, at: now)
    }

    /// What is due; nothing stays under way.
    func due(_ limit: Int = 100, at time: Instant? = nil) throws -> [DueDelivery] {
        let due = try store.claim(of: endpoint, limit: limit, at: time ?? now)
        store.putBack(due.map(\.id))
        return due
    }

    func settle(
        _ delivery: DueDelivery, as disposition: DeliveryPolicy.Disposition, status: Int = 200, at time: Instant? = nil
    ) throws {
        let report = AttemptReport(
            deliveryID: delivery.id, number: delivery.attempts + 1, startedAt: now,
            outcome: AttemptOutcome(verdict: .answered(status: status), duration: .milliseconds(3)),
            disposition: disposition)
        try store.settle([report], of: endpoint, holdUntil: nil, at: time ?? now)
    }
}
