// Verbs on the queue: what is due, and what came of an attempt.

import ChangeFeed
import GRDB

/// The depth of an endpoint's queue.
package struct QueueDepth: Sendable, Equatable {
    /// Not delivered yet, those that wait for an earlier one of their record included.
    package var open: Int
    package var dead: Int

    package init(open: Int, dead: Int) {
        self.open = open
        self.dead = dead
    }

    package static func += (sum: inout QueueDepth, depth: QueueDepth) {
        sum.open += depth.open
        sum.dead += depth.dead
    }
}

extension ChangeStore {
    /// Takes the deliveries that have been due longest, at most `limit`. Each is under way until it is settled or put back:
    /// nobody takes it again, and nothing is folded into it.
    package func claim(
        of endpoint: StoredEndpoint, limit: Int, admittingReplays: Bool = true, at now: Instant
    ) throws -> [DueDelivery] {
        guard endpoint.rules.coalesces else {
            return try pool.read {
                try $0.claim(of: endpoint, limit: limit, admittingReplays: admittingReplays, claims: claims, at: now)
            }
        }
        // Where newer events fold into what waits, nothing may be written between the look and the claim.
        var claimed: [DueDelivery] = []
        do {
            try pool.write {
                claimed = try $0.claim(
                    of: endpoint, limit: limit, admittingReplays: admittingReplays, claims: claims, at: now)
            }
            return claimed
        } catch {
            putBack(claimed.map(\.id))
            throw error
        }
    }

    /// Puts deliveries back of which nothing came.
    package func putBack(_ deliveries: [Int64]) { claims.remove(deliveries) }

    static let dueQuery = """
        SELECT delivery.id, delivery.endpoint_sequence, delivery.replay_spacing, delivery.attempts,
            delivery.attempts_before, delivery.due_at,
            event.id AS event_id, event.sequence, event.record_id,
            coalesce(fold.type, event.type) AS type, coalesce(fold.body, event.body) AS body
        FROM delivery JOIN event ON event.sequence = delivery.event_sequence
        LEFT JOIN fold ON fold.delivery_id = delivery.id
        WHERE delivery.endpoint_id = ? AND delivery.is_replay = ? AND delivery.state = 'pending' AND delivery.due_at <= ?
        ORDER BY delivery.due_at, delivery.id
        """

    /// When the next delivery that is not under way is due; nil when none waits.
    ///
    /// - Parameter replaysOpen: no replay before then.
    package func nextDue(of endpoint: StoredEndpoint, replaysOpen: Instant = .distantPast) throws -> Instant? {
        try pool.read { db in
            let new = try db.nextDue(of: endpoint, isReplay: false, besides: claims)
            guard !claims.hasReplay(of: endpoint.id) else { return new }
            let replay = try db.nextDue(of: endpoint, isReplay: true, besides: claims)
            return [new, replay.map { max($0, replaysOpen) }].compactMap(\.self).min()
        }
    }

    /// Records attempts that ended. A record's next event may go once the one before it is delivered or dead.
    ///
    /// - Parameter health: of the endpoint after them; nil where it has not changed.
    package func settle(
        _ reports: [AttemptReport], of endpoint: StoredEndpoint, holdUntil: Instant?, health: EndpointHealth? = nil,
        at now: Instant
    ) throws {
        try pool.write { db in
            for report in reports { try db.settle(report, of: endpoint, besides: claims, at: now) }
            db.afterNextTransaction { [claims] _ in claims.remove(reports.map(\.deliveryID)) }
            if let holdUntil {
                try db.execute(
                    sql: "UPDATE endpoint SET held_until = max(coalesce(held_until, 0), ?) WHERE id = ?",
                    arguments: [holdUntil, endpoint.id])
            }
            if let health {
                try db.execute(
                    sql: "UPDATE endpoint SET health = ? WHERE id = ?", arguments: [health.stored, endpoint.id])
            }
        }
    }

    package func queueDepth(of endpoint: StoredEndpoint) throws -> QueueDepth {
        try pool.read { try $0.queueDepth(ofEndpoint: endpoint.id) }
    }
}

extension Database {
    func queueDepth(ofEndpoint id: Int64) throws -> QueueDepth {
        let open = try Int.fetchOne(
            self, sql: "SELECT count(*) FROM delivery WHERE endpoint_id = ? AND state IN ('pending', 'waiting')",
            arguments: [id])
        let dead = try Int.fetchOne(
            self, sql: "SELECT count(*) FROM delivery WHERE endpoint_id = ? AND state = 'dead'", arguments: [id])
        return QueueDepth(open: open ?? 0, dead: dead ?? 0)
    }

    /// What is new goes first. Replays go one at a time, so that they arrive in the order of the log; one that is not
    /// accepted lets the others pass.
    fileprivate func claim(
        of endpoint: StoredEndpoint, limit: Int, admittingReplays: Bool, claims: Claims, at now: Instant
    ) throws -> [DueDelivery] {
        var due = try dueDeliveries(of: endpoint, isReplay: false, limit: limit, besides: claims, at: now)
        var replay: DueDelivery?
        if admittingReplays, due.count < limit, !claims.hasReplay(of: endpoint.id) {
            replay = try dueDeliveries(of: endpoint, isReplay: true, limit: 1, besides: claims, at: now).first
        }
        claims.insert(due.map(\.id))
        if let replay {
            claims.insert(replay: replay.id, of: endpoint.id)
            due.append(replay)
        }
        return due
    }

    private func dueDeliveries(
        of endpoint: StoredEndpoint, isReplay: Bool, limit: Int, besides claims: Claims, at now: Instant
    ) throws -> [DueDelivery] {
        let rows = try Row.fetchCursor(
            cachedStatement(sql: ChangeStore.dueQuery), arguments: [endpoint.id, isReplay, now])
        var due: [DueDelivery] = []
        while due.count < limit, let row = try rows.next() {
            if !claims.contains(row["id"]) { due.append(DueDelivery(row: row)) }
        }
        return due
    }

    fileprivate func nextDue(of endpoint: StoredEndpoint, isReplay: Bool, besides claims: Claims) throws -> Instant? {
        let rows = try Row.fetchCursor(
            cachedStatement(
                sql: """
                    SELECT id, due_at FROM delivery WHERE endpoint_id = ? AND is_replay = ? AND state = 'pending'
                    ORDER BY due_at, id
                    """),
            arguments: [endpoint.id, isReplay])
        while let row = try rows.next() {
            if !claims.contains(row["id"]) { return row["due_at"] }
        }
        return nil
    }

    fileprivate func settle(
        _ report: AttemptReport, of endpoint: StoredEndpoint, besides claims: Claims, at now: Instant
    ) throws {
        try write(report)
        switch report.disposition {
        case .retry(let at):
            try cachedStatement(sql: "UPDATE delivery SET state = 'pending', attempts = ?, due_at = ? WHERE id = ?")
                .execute(arguments: [report.number, at, report.deliveryID])
            if endpoint.rules.coalesces { try foldNext(into: report.deliveryID, besides: claims) }
        case .delivered:
            try close(report, as: .delivered, of: endpoint, at: now)
        case .dead:
            try close(report, as: .dead, of: endpoint, at: now)
        }
    }

    private func write(_ report: AttemptReport) throws {
        try cachedStatement(
            sql: """
                INSERT OR REPLACE INTO attempt
                    (delivery_id, number, started_at, duration, phases, status, failure, detail, answer)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                report.deliveryID, report.number, report.startedAt, report.outcome.duration.microseconds,
                report.outcome.phases.stored, report.outcome.status, report.outcome.failure?.rawValue,
                report.outcome.detail,
                report.outcome.answer.prefix(Limits.answerBytesKept).stored,
            ])
    }

    private func close(
        _ report: AttemptReport, as state: DeliveryState, of endpoint: StoredEndpoint, at now: Instant
    ) throws {
        try cachedStatement(sql: "UPDATE delivery SET state = ?, attempts = ?, settled_at = ? WHERE id = ?")
            .execute(arguments: [state.rawValue, report.number, now, report.deliveryID])
        guard let next = try following(report.deliveryID) else { return }
        if state == .dead, endpoint.rules.coalesces { try foldDead(report.deliveryID, into: next) }
        // It stays due when it was: what is due longest goes first, so that all go in their order.
        try cachedStatement(sql: "UPDATE delivery SET state = 'pending' WHERE id = ? AND state = 'waiting'")
            .execute(arguments: [next])
        try number(next, of: endpoint.id)
    }
}

extension DueDelivery {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"], eventID: row["event_id"], sequence: row["sequence"],
            endpointSequence: row["endpoint_sequence"] ?? 0, type: row["type"], recordID: row["record_id"],
            replaySpacing: (row["replay_spacing"] as Int64?).map { .microseconds($0) }, attempts: row["attempts"],
            attemptsBefore: row["attempts_before"], dueAt: row["due_at"], body: row.bytes("body"))
    }
}

extension AttemptPhases: StoredAsJSON {
    var isSound: Bool { true }
}
