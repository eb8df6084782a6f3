// What was asked of Insightly over the last 24 hours, as a picture of it needs it.

import ChangeFeed
import DaemonConfiguration
import EventStore

/// Requests of 24 hours, in parts of them. Times are ISO 8601 in UTC.
package struct UsageReport: Encodable, Sendable {
    package struct Part: Encodable, Sendable {
        package let begins: String
        /// By purpose; what was not asked for is left out.
        package let own: [String: Int]
        /// That others were seen to make.
        package let others: Int
    }

    package let partSeconds: Int
    /// The oldest first; parts without any request are left out.
    package let parts: [Part]
    /// Own requests allowed in any 24 hours; nil before the API has named its limit.
    package let allowed: Int?
    package let used: Int
    /// Of the whole instance, as the API last said.
    package let limit: Int?
    package let remaining: Int?
}

package struct UsageQuestion: Question {
    package init() {}

    package func answer(in scope: OperationScope) throws(OperationProblem) -> UsageReport {
        let memory = try scope.visit { store throws(StoreProblem) in try store.budget() }
        return UsageReport(memory ?? RequestBudget.Memory(), api: scope.api, at: scope.now)
    }
}

extension UsageReport {
    fileprivate init(_ memory: RequestBudget.Memory, api: APISettings?, at now: Instant) {
        var ledger = memory.ledger
        ledger.refresh(at: now)
        partSeconds = Int(QuotaLedger.bucketLength.inSeconds)
        parts = Set(ledger.buckets.keys).union(ledger.others.keys).sorted().map { bucket in
            Part(
                begins: QuotaLedger.beginning(of: bucket).iso8601,
                own: Dictionary(
                    uniqueKeysWithValues: (ledger.buckets[bucket] ?? [:]).map { ($0.key.rawValue, $0.value) }),
                others: ledger.others[bucket] ?? 0)
        }
        allowed = api.flatMap { RequestBudget(terms: $0.budget, memory: memory, at: now).allowance(at: now) }
        used = ledger.used(at: now)
        limit = memory.observation?.limit
        remaining = memory.observation?.remaining
    }
}
