// What was spent of the day's requests, what is left, and what polling costs, as `status` says it.

import ChangeFeed
import DaemonConfiguration
import EventStore

extension StatusReport {
    package struct Quota: Sendable, Encodable {
        package var usedLast24Hours: Int
        package var usedByPurpose: [String: Int]
        /// Requests that others were seen to make in 24 hours.
        package var usedByOthers: Int
        /// Requests a day of the polls as they are planned now.
        package var plannedPolls: Int?
        package var allowed: Int?
        /// Of the whole instance, as the API last said.
        package var limit: Int?
        package var remaining: Int?
        package var saidAt: String?
        package var pausedUntil: String?
        /// `throttled`, `day_used_up`, `failing` or `unauthorized`.
        package var pausedFor: String?
        /// `unreadable`, `incomplete` or `contradicting`: what the last headers about the quota were.
        package var headers: String?
    }
}

extension StatusReport.Quota {
    init(
        _ memory: RequestBudget.Memory, api: APISettings?, cost: CostReport?, at now: Instant
    ) {
        usedByOthers = memory.ledger.usedByOthers(at: now)
        plannedPolls = cost.map { Int(clamping: $0.polls.rounded()) }
        usedLast24Hours = memory.ledger.used(at: now)
        usedByPurpose = Dictionary(
            uniqueKeysWithValues: RequestPurpose.allCases.map { purpose in
                (purpose.rawValue, memory.ledger.used(for: purpose, at: now))
            })
        limit = memory.observation?.limit
        remaining = memory.observation?.remaining
        saidAt = memory.observation?.observedAt.iso8601
        allowed = api.flatMap { api in
            RequestBudget(terms: api.budget, memory: memory, at: now).allowance(at: now)
        }
        let pause = memory.health.pause.flatMap { $0.until > now ? $0 : nil }
        pausedUntil = pause?.until.iso8601
        pausedFor = pause?.cause.rawValue
        headers = memory.health.quotaTrouble?.rawValue
    }
}

extension CostReport {
    /// What the store has learned, for the settings as they are.
    init(_ status: StoreStatus?, _ polling: PollingSettings, api: APISettings, at now: Instant) {
        let stored = status?.resources ?? []
        let records = stored.map { ($0.name, $0.records[.listed] ?? 0) }
        self.init(
            polling.resources, paces: Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0.pace) }),
            records: Dictionary(uniqueKeysWithValues: records),
            sweepInterval: polling.sweeps,
            budget: RequestBudget(terms: api.budget, memory: status?.budget ?? .init(), at: now),
            isStretched: status?.budget.health.intervalsAreStretched, at: now)
    }
}
