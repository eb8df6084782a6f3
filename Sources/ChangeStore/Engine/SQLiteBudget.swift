// The account's budget and the progress of its resources, as they are read and written.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func fingerprintKey() throws -> FingerprintKey? { try db.fingerprintKey() }

    func instance() throws -> String? {
        try String?.fetchOne(db, sql: "SELECT instance FROM account WHERE id = ?", arguments: [rows.account]) ?? nil
    }

    func budgetMemory() throws -> RequestBudget.Memory { try db.budgetMemory(of: rows) }

    func progress() throws -> [ResourceName: ResourceProgress] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM resource WHERE account_id = ? AND cursor IS NOT NULL AND set_aside_at IS NULL",
            arguments: [self.rows.account])
        return Dictionary(uniqueKeysWithValues: rows.map { (ResourceName($0["name"]), ResourceProgress(row: $0)) })
    }

    func paces() throws -> [ResourceName: ResourcePace] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT name, pace FROM resource WHERE account_id = ? AND pace IS NOT NULL AND set_aside_at IS NULL",
            arguments: [self.rows.account])
        return Dictionary(
            rows.compactMap { row in StoredPace.value(in: row["pace"]).map { (ResourceName(row["name"]), $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    func count(_ purpose: RequestPurpose, in bucket: Int64) throws {
        try execute(
            """
            INSERT INTO request_usage (account_id, bucket, purpose, requests) VALUES (?, ?, ?, 1)
            ON CONFLICT (account_id, bucket, purpose) DO UPDATE SET requests = requests + 1
            """,
            [rows.account, bucket, purpose.stored])
    }

    func others(use requests: Int, in bucket: Int64) throws {
        try execute(
            """
            INSERT INTO request_usage (account_id, bucket, purpose, requests) VALUES (?, ?, ?, ?)
            ON CONFLICT (account_id, bucket, purpose) DO UPDATE SET requests = excluded.requests
            """,
            [rows.account, bucket, usedByOthers, requests])
    }

    func keepUsage(_ buckets: ClosedRange<Int64>) throws {
        try execute(
            "DELETE FROM request_usage WHERE account_id = ? AND bucket NOT BETWEEN ? AND ?",
            [rows.account, buckets.lowerBound, buckets.upperBound])
    }
}

extension SQLiteTransaction {
    /// All but the ledger, which is counted request by request.
    func write(_ memory: RequestBudget.Memory) throws {
        try execute(
            """
            UPDATE account SET last_request_at = ?, throttled_until = ?, daily_limit = ?, daily_remaining = ?,
                quota_observed_at = ?, quota_looked_at = ?, api_health = ?
            WHERE id = ?
            """,
            [
                memory.lastDeparture, memory.throttledUntil, memory.observation?.limit, memory.observation?.remaining,
                memory.observation?.observedAt, memory.lookedAt, StoredAPIHealth.column(memory.health), rows.account,
            ])
    }
}

/// Stands where a purpose would, for requests that were not ours.
let usedByOthers = "others"

extension Database {
    func budgetMemory(of account: AccountRows) throws -> RequestBudget.Memory {
        let usage = try Row.fetchAll(
            self, sql: "SELECT bucket, purpose, requests FROM request_usage WHERE account_id = ?",
            arguments: [account.account])
        var buckets: [Int64: [RequestPurpose: Int]] = [:]
        var others: [Int64: Int] = [:]
        for row in usage {
            let purpose: String = row["purpose"]
            if purpose == usedByOthers {
                others[row["bucket"]] = row["requests"]
            } else {
                buckets[row["bucket"], default: [:]][RequestPurpose(stored: purpose) ?? .poll] = row["requests"]
            }
        }
        let row = try Row.fetchOne(self, sql: "SELECT * FROM account WHERE id = ?", arguments: [account.account])
        var memory = RequestBudget.Memory(ledger: QuotaLedger(buckets: buckets, others: others))
        guard let row else { return memory }
        memory.lastDeparture = row["last_request_at"]
        memory.throttledUntil = row["throttled_until"]
        memory.lookedAt = row["quota_looked_at"]
        memory.health = (row["api_health"] as String?).flatMap(StoredAPIHealth.value) ?? APIHealth()
        if let limit = row["daily_limit"] as Int?, let remaining = row["daily_remaining"] as Int?,
            let observedAt = row["quota_observed_at"] as Instant?
        {
            memory.observation = QuotaObservation(limit: limit, remaining: remaining, observedAt: observedAt)
        }
        return memory
    }
}

extension ResourceProgress {
    init(row: Row) {
        let newsSince: Instant? = row["news_since"]
        let covered: Int? = row["baseline_covered"]
        let last: RecordID? = row["baseline_last"]
        self.init(
            newsThreshold: newsSince.map(NewsThreshold.since) ?? .beginning, cursor: row["cursor"],
            polledAt: row["polled_at"],
            baseline: covered.map { .walking(covered: $0, last: last) }
                ?? (row["baseline_is_partial"] ? .partial : .complete),
            presence: PresenceProgress(row: row),
            firstContact: (row["first_contact_own"] as Instant?).map {
                FirstContact(own: $0, server: row["first_contact_server"])
            })
    }
}

extension PresenceProgress {
    fileprivate init(row: Row) {
        self.init()
        sweeps = row["sweeps"]
        let covered: Int? = row["sweep_covered"]
        walk = covered.map { Walk(covered: $0, last: row["sweep_last"]) }
        sweptAt = row["swept_at"]
        bias = row["count_bias"]
        hold = Hold(row: row)
    }
}
