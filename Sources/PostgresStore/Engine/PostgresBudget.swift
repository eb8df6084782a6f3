// The account's budget, as it is read and written.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    /// Stands where a purpose would, for requests that were not ours.
    static let usedByOthers = "others"

    func budgetMemory() throws -> RequestBudget.Memory {
        let usage = try ask(
            "usage", "SELECT bucket, purpose, requests FROM \(schema).request_usage WHERE account_id = $1",
            about: [.usage])
        var buckets: [Int64: [RequestPurpose: Int]] = [:]
        var others: [Int64: Int] = [:]
        for row in usage {
            let (bucket, purpose): (Int64, String) = (try row.value("bucket"), try row.value("purpose"))
            if purpose == Self.usedByOthers {
                others[bucket] = try row.int("requests")
            } else {
                buckets[bucket, default: [:]][RequestPurpose(stored: purpose) ?? .poll] = try row.int("requests")
            }
        }
        let rows = try ask(
            "budget",
            """
            SELECT last_request_at, throttled_until, daily_limit, daily_remaining, quota_observed_at, quota_looked_at,
                api_health
            FROM \(schema).account WHERE id = $1
            """, about: [.account])
        var memory = RequestBudget.Memory(ledger: QuotaLedger(buckets: buckets, others: others))
        guard let row = rows.first else { return memory }
        memory.lastDeparture = try row.optionalInstant("last_request_at")
        memory.throttledUntil = try row.optionalInstant("throttled_until")
        memory.lookedAt = try row.optionalInstant("quota_looked_at")
        memory.health = try row.optional("api_health", as: String.self).flatMap(StoredAPIHealth.value) ?? APIHealth()
        if let limit = try row.optionalInt("daily_limit"), let remaining = try row.optionalInt("daily_remaining"),
            let observedAt = try row.optionalInstant("quota_observed_at")
        {
            memory.observation = QuotaObservation(limit: limit, remaining: remaining, observedAt: observedAt)
        }
        return memory
    }

    /// All but the ledger, which is counted request by request.
    func write(_ memory: RequestBudget.Memory) {
        add(
            "budget",
            """
            UPDATE \(schema).account SET last_request_at = $2, throttled_until = $3, daily_limit = $4, daily_remaining = $5,
                quota_observed_at = $6, quota_looked_at = $7, api_health = $8
            WHERE id = $1
            """,
            [
                .instant(memory.lastDeparture), .instant(memory.throttledUntil), .int(memory.observation?.limit),
                .int(memory.observation?.remaining), .instant(memory.observation?.observedAt),
                .instant(memory.lookedAt), .text(StoredAPIHealth.column(memory.health)),
            ])
    }

    func count(_ purpose: RequestPurpose, in bucket: Int64) {
        add(
            "request count",
            """
            INSERT INTO \(schema).request_usage AS usage (account_id, bucket, purpose, requests) VALUES ($1, $2, $3, 1)
            ON CONFLICT (account_id, bucket, purpose) DO UPDATE SET requests = usage.requests + 1
            """, [.int8(bucket), .text(purpose.stored)])
    }

    func others(use requests: Int, in bucket: Int64) {
        add(
            "usage by others",
            """
            INSERT INTO \(schema).request_usage (account_id, bucket, purpose, requests) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account_id, bucket, purpose) DO UPDATE SET requests = excluded.requests
            """, [.int8(bucket), .text(Self.usedByOthers), .int(requests)])
    }

    func keepUsage(_ buckets: ClosedRange<Int64>) {
        add(
            "old usage",
            "DELETE FROM \(schema).request_usage WHERE account_id = $1 AND bucket NOT BETWEEN $2 AND $3",
            [.int8(buckets.lowerBound), .int8(buckets.upperBound)])
    }
}
