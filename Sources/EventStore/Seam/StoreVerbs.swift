// The verbs as a store offers them, whatever its engine.

import ChangeFeed

extension StoreEngine {
    /// Compares a page with the known records, and writes known records, events, deliveries, progress and what is known
    /// of the quota together.
    ///
    /// - Parameters:
    ///   - endpoints: who gets the events, as far as their rules admit them.
    ///   - detectedAt: what receivers are told, by the wall clock.
    ///   - now: from when on the events are due, by the clock that deliveries go by.
    package func commit(
        _ page: PageCommit, to endpoints: [StoredEndpoint], detectedAt: Instant, at now: Instant
    ) throws -> CommitSummary {
        let terms = EventTerms(to: endpoints, besides: claims, detectedAt: detectedAt, at: now)
        return try transact { try CommitPage(page, of: account, terms).run(in: $0) }
    }

    /// Tells, or learns silently, changes that were held or that are too many for one transaction, of each resource at
    /// most `limit`.
    ///
    /// - Parameter plans: of the resources; what belongs to others waits until they are configured again.
    /// - Returns: how many were judged or settled, and how many of them are events.
    package func settleUnstamped(
        _ plans: [ResourcePlan], to endpoints: [StoredEndpoint], limit: Int, detectedAt: Instant, at now: Instant
    ) throws -> (settled: Int, told: Int) {
        guard try !look({ try $0.resourcesWithDecisions() }).isEmpty else { return (0, 0) }
        let terms = EventTerms(to: endpoints, besides: claims, detectedAt: detectedAt, at: now)
        return try transact { try SettleUnstamped(of: account, plans, terms, limit: limit).run(in: $0) }
    }

    /// Judges what a reading has found as if it had ended, once the first of it has waited for so long.
    package func judgeOverdueUnstamped(
        _ plans: [ResourcePlan], waitingFor longest: Duration, at now: Instant
    ) throws -> [OverdueReading] {
        let verb = JudgeOverdue(plans, waitingFor: longest, at: now)
        guard try !look({ try verb.resources(in: $0) }).isEmpty else { return [] }
        return try transact { try verb.run(in: $0) }
    }
}

// MARK: - Queues

extension StoreEngine {
    /// Takes what is due and the endpoint's gate lets through. Each delivery is under way until it is settled or put
    /// back: nobody takes it again, and nothing is folded into it.
    package func claim(
        of endpoint: StoredEndpoint, _ admission: Admission, admittingReplays: Bool = true, at now: Instant
    ) throws -> [DueDelivery] {
        let verb = ClaimDeliveries(
            of: endpoint, admission, admittingReplays: admittingReplays, besides: claims, at: now)
        guard endpoint.rules.coalesces else { return try look { try verb.run(in: $0) } }
        // Where newer events fold into what waits, nothing may be written between the look and the claim.
        var claimed: [DueDelivery] = []
        do {
            try transact { claimed = try verb.run(in: $0) }
            return claimed
        } catch {
            putBack(claimed.map(\.id))
            throw error
        }
    }

    /// Puts deliveries back of which nothing came.
    package func putBack(_ deliveries: [Int64]) { claims.remove(deliveries) }

    /// Whoever claimed deliveries of the endpoint has ended, and another begins: what was not put back or recorded is.
    package func putBackAll(of endpoint: StoredEndpoint) { claims.removeAll(of: endpoint.id) }

    /// What waits besides what is under way.
    ///
    /// - Parameter replaysOpen: no replay before then.
    package func waiting(
        of endpoint: StoredEndpoint, replaysOpen: Instant = .distantPast, at now: Instant
    ) throws -> WaitingQueue {
        let verb = LookAtQueue(of: endpoint, replaysOpen: replaysOpen, besides: claims, at: now)
        return try look { try verb.run(in: $0) }
    }

    /// Records attempts that ended. A record's next event may go once the one before it is delivered or dead.
    ///
    /// - Parameter health: of the endpoint after them; nil where it has not changed.
    package func settle(
        _ reports: [AttemptReport], of endpoint: StoredEndpoint, holdUntil: Instant?, health: EndpointHealth? = nil,
        at now: Instant
    ) throws {
        let verb = SettleAttempts(
            reports, of: endpoint, holdUntil: holdUntil, health: health, besides: claims, at: now)
        try transact { try verb.run(in: $0) }
        claims.remove(reports.map(\.deliveryID))
    }

    /// Makes dead letters of deliveries that were claimed and cannot be read, without an attempt: the next of their
    /// records may go.
    ///
    /// - Returns: those that were given up.
    package func giveUpUnreadable(
        _ claimed: [DueDelivery], of endpoint: StoredEndpoint, at now: Instant
    ) throws -> [Int64] {
        let verb = GiveUpUnreadable(claimed, of: endpoint, at: now)
        let dead = try transact { try verb.run(in: $0) }
        claims.remove(claimed.map(\.id))
        return dead
    }

    package func queueDepth(of endpoint: StoredEndpoint) throws -> QueueDepth {
        try look { try $0.depth(of: endpoint.id) }
    }
}
