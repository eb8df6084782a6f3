// The verbs that come back to changes without a stamp: what is left to be told or learned, and readings without an end.

import ChangeFeed

/// Tells, or learns silently, changes that were held or that are too many for one transaction, of each resource at most
/// `limit`.
package struct SettleUnstamped {
    package let account: StoredAccount
    /// Of the resources; what belongs to others waits until they are configured again.
    package let plans: [ResourcePlan]
    package let terms: EventTerms
    package let limit: Int

    package init(of account: StoredAccount, _ plans: [ResourcePlan], _ terms: EventTerms, limit: Int) {
        self.account = account
        self.plans = plans
        self.terms = terms
        self.limit = limit
    }

    /// - Returns: how many were judged or settled, and how many of them are events.
    package func run(in store: any StoreTransaction) throws -> (settled: Int, told: Int) {
        let waiting = try store.resourcesWithDecisions()
        var sum = (settled: 0, told: 0)
        for row in try store.resources() where waiting.contains(row.id) {
            guard let plan = plans.first(where: { $0.name == row.name }) else { continue }
            let resource = KnownResource(id: row.id, plan: plan, eventName: row.eventName ?? row.name)
            sum.settled += try VerdictCarrying(of: row.id, limit: Limits.decidedAtOnce).run(in: store)
            let done = try UnstampedSettling(Announcing(resource, of: account, terms), limit: limit).run(in: store)
            sum.settled += done.settled
            sum.told += done.told
        }
        return sum
    }
}

/// Judges what a reading has found that does not come to its end, as if it had, once the first of it has waited for so
/// long.
package struct JudgeOverdue {
    package let plans: [ResourcePlan]
    /// How long a change may wait for the end of what found it.
    package let longest: Duration
    package let now: Instant

    package init(_ plans: [ResourcePlan], waitingFor longest: Duration, at now: Instant) {
        self.plans = plans
        self.longest = longest
        self.now = now
    }

    /// The resources of which something is overdue, with their plans.
    package func resources(in store: any StoreReading) throws -> [(id: Int64, plan: ResourcePlan)] {
        let overdue = try store.resourcesWithOverdue(foundBefore: now - longest, now: now)
        guard !overdue.isEmpty else { return [] }
        return try store.resources().filter { row in
            try overdue.contains(row.id) && store.verdicts(of: row.id).isEmpty
        }.compactMap { row in plans.first { $0.name == row.name }.map { (row.id, $0) } }
    }

    package func run(in store: any StoreTransaction) throws -> [OverdueReading] {
        try resources(in: store).flatMap { resource, plan in
            // What an older version has found, or a clock that ran ahead has written, waits from now on.
            try store.write([.findOpen(of: resource, at: now)])
            return try store.openReadings(of: resource, foundBefore: now - longest).map { reading in
                let judging = UnstampedJudging(of: resource, foundBy: reading, isWhole: false, at: now)
                return OverdueReading(resource: plan.name, reading: reading, held: try judging.run(in: store))
            }
        }
    }
}
