// Verbs on the queue: how deep it is, and what came of an attempt.

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
                    sql: "UPDATE endpoint SET health = ? WHERE id = ?", arguments: [health.column, endpoint.id])
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
            try close(report.deliveryID, as: .delivered, attempts: report.number, of: endpoint, at: now)
        case .dead:
            try close(report.deliveryID, as: .dead, attempts: report.number, of: endpoint, at: now)
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
                StoredPhases.text(report.outcome.phases), report.outcome.status, report.outcome.failure?.stored,
                report.outcome.detail,
                report.outcome.answer.prefix(Limits.answerBytesKept).stored,
            ])
    }

    /// A delivery is delivered or dead, and the next of its key may go.
    func close(
        _ delivery: Int64, as state: DeliveryState, attempts: Int, of endpoint: StoredEndpoint, at now: Instant
    ) throws {
        try cachedStatement(sql: "UPDATE delivery SET state = ?, attempts = ?, settled_at = ? WHERE id = ?")
            .execute(arguments: [state.stored, attempts, now, delivery])
        guard let next = try following(delivery) else { return }
        if state == .dead, endpoint.rules.coalesces { try foldDead(delivery, into: next) }
        // It stays due when it was: what is due longest goes first, so that all go in their order.
        try cachedStatement(sql: "UPDATE delivery SET state = 'pending' WHERE id = ? AND state = 'waiting'")
            .execute(arguments: [next])
        try number(next, of: endpoint.id)
    }
}
