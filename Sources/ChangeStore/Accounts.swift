// Verbs on an account: who it is, how far its resources are, how many requests it has made.

import ChangeFeed
import Foundation
import GRDB

/// An account of the store.
package struct StoredAccount: Sendable, Hashable {
    let id: Int64
    /// Goes into every event id; fixed when the account was first seen, so that a new API key changes no id.
    package let identity: String
}

extension ChangeStore {
    /// The account of this name; the first time, `identity` becomes its own for good.
    package func account(named name: String, identity: String) throws -> StoredAccount {
        try pool.write { db in
            try db.execute(
                sql: "INSERT INTO account (name, identity) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                arguments: [name, identity])
            let row = try Row.fetchOne(db, sql: "SELECT id, identity FROM account WHERE name = ?", arguments: [name])
            guard let row else { throw DatabaseError(message: "account \(name) was not stored") }
            return StoredAccount(id: row["id"], identity: row["identity"])
        }
    }

    /// How far each resource of the account has come.
    package func progress(of account: StoredAccount) throws -> [ResourceName: ResourceProgress] {
        try pool.read { try $0.progress(of: account) }
    }

    /// What polls of each resource have taught of its pace. What cannot be read is left out, and so learned anew.
    package func paces(of account: StoredAccount) throws -> [ResourceName: ResourcePace] {
        try pool.read { try $0.paces(of: account) }
    }

    /// Counts a request *before* it leaves, so that no crash can make the day's count too small.
    package func count(
        _ request: APIRequest, of account: StoredAccount, memory: RequestBudget.Memory, at now: Instant
    ) throws {
        try pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO request_usage (account_id, bucket, purpose, requests) VALUES (?, ?, ?, 1)
                    ON CONFLICT (account_id, bucket, purpose) DO UPDATE SET requests = requests + 1
                    """,
                arguments: [account.id, QuotaLedger.bucket(of: now), request.purpose.stored])
            try db.write(memory, of: account)
            if let others = memory.ledger.others.max(by: { $0.key < $1.key }) {
                try db.execute(
                    sql: """
                        INSERT INTO request_usage (account_id, bucket, purpose, requests) VALUES (?, ?, ?, ?)
                        ON CONFLICT (account_id, bucket, purpose) DO UPDATE SET requests = excluded.requests
                        """,
                    arguments: [account.id, others.key, usedByOthers, others.value])
            }
            try db.execute(
                sql: "DELETE FROM request_usage WHERE account_id = ? AND bucket NOT BETWEEN ? AND ?",
                arguments: [
                    account.id, QuotaLedger.bucket(of: now - QuotaLedger.window) - 1,
                    // What a clock that was wrong has counted in the future would count then.
                    QuotaLedger.bucket(of: now + QuotaLedger.window),
                ])
        }
    }

    /// Keeps what an answer that brought no page has taught about the quota; a page brings it along.
    package func remember(_ memory: RequestBudget.Memory, of account: StoredAccount) throws {
        try pool.write { try $0.write(memory, of: account) }
    }

    /// What the budget remembered when the process before this one ended.
    package func budgetMemory(of account: StoredAccount) throws -> RequestBudget.Memory {
        try pool.read { try $0.budgetMemory(of: account) }
    }
}

/// Stands where a purpose would, for requests that were not ours.
private let usedByOthers = "others"

extension Database {
    func progress(of account: StoredAccount) throws -> [ResourceName: ResourceProgress] {
        let rows = try Row.fetchAll(
            self, sql: "SELECT * FROM resource WHERE account_id = ? AND cursor IS NOT NULL AND set_aside_at IS NULL",
            arguments: [account.id])
        return Dictionary(uniqueKeysWithValues: rows.map { (ResourceName($0["name"]), ResourceProgress(row: $0)) })
    }

    func paces(of account: StoredAccount) throws -> [ResourceName: ResourcePace] {
        let rows = try Row.fetchAll(
            self,
            sql: "SELECT name, pace FROM resource WHERE account_id = ? AND pace IS NOT NULL AND set_aside_at IS NULL",
            arguments: [account.id])
        return Dictionary(
            rows.compactMap { row in StoredPace.value(in: row["pace"]).map { (ResourceName(row["name"]), $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    func budgetMemory(of account: StoredAccount) throws -> RequestBudget.Memory {
        let usage = try Row.fetchAll(
            self, sql: "SELECT bucket, purpose, requests FROM request_usage WHERE account_id = ?",
            arguments: [account.id])
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
        let row = try Row.fetchOne(self, sql: "SELECT * FROM account WHERE id = ?", arguments: [account.id])
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

    /// All but the ledger, which is counted request by request.
    func write(_ memory: RequestBudget.Memory, of account: StoredAccount) throws {
        try cachedStatement(
            sql: """
                UPDATE account SET last_request_at = ?, throttled_until = ?, daily_limit = ?, daily_remaining = ?,
                    quota_observed_at = ?, quota_looked_at = ?, api_health = ?
                WHERE id = ?
                """
        ).execute(
            arguments: [
                memory.lastDeparture, memory.throttledUntil, memory.observation?.limit, memory.observation?.remaining,
                memory.observation?.observedAt, memory.lookedAt, StoredAPIHealth.text(memory.health), account.id,
            ])
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
