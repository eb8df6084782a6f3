// The counted path of the store: deliveries are claimed and their outcomes recorded.

import ChangeFeed
import ChangeStore
import EventStore
import FoundationEssentials

/// 200 events wait; eight at a time are claimed and settled as delivered.
struct ClaimingAndSettling: HotPath {
    private let store: AccountStore
    private let endpoint: StoredEndpoint
    private let now = Instant(secondsSince1970: 1_795_536_000)

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hotpaths")
        try? FileManager.default.removeItem(at: directory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try ChangeStore(path: directory.appendingPathComponent("state.sqlite3").path)
            .account(named: "default", identity: "counted")
        endpoint = try store.endpoint(named: "default", longestWait: .hours(32), at: now)
        let records = try RecordPage.read(Contacts.page(of: 200)).records
        let page = PageCommit(
            plan: Contacts.plan,
            records: records.compactMap { SeenRecord($0, idField: Contacts.plan.idField) }, sighting: .search,
            detector: ChangeDetector(plan: Contacts.plan, newsThreshold: .beginning, baselineIsComplete: true),
            progress: ResourceProgress(newsThreshold: .beginning, cursor: now, polledAt: now, baseline: .complete),
            budget: .init())
        _ = try store.commit(page, to: [endpoint], detectedAt: now, at: now)
    }

    func walk() throws -> Int {
        var settled = 0
        while true {
            let due = try store.claim(of: endpoint, Admission(total: 8, unlikely: 8), at: now)
            guard !due.isEmpty else { return settled }
            let reports = due.map { delivery in
                AttemptReport(
                    deliveryID: delivery.id, number: delivery.attempts + 1, startedAt: now,
                    outcome: AttemptOutcome(verdict: .answered(status: 204), duration: .milliseconds(3)),
                    disposition: .delivered)
            }
            try store.settle(reports, of: endpoint, holdUntil: nil, at: now)
            settled += reports.count
        }
    }
}
