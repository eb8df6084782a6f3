// Verbs on the queue: what is due, what came of an attempt, what is old enough to go.

import ChangeFeed
import GRDB

/// An endpoint of the store.
package struct StoredEndpoint: Sendable, Equatable {
    let id: Int64
    /// No attempt before then: the receiver asked for rest before the last restart.
    package let heldUntil: Instant?
    package let health: EndpointHealth
}

/// The depth of an endpoint's queue.
package struct QueueDepth: Sendable, Equatable {
    /// Not delivered yet, those that wait for an earlier one of their record included.
    package var open: Int
    package var dead: Int

    package init(open: Int, dead: Int) {
        self.open = open
        self.dead = dead
    }
}

extension ChangeStore {
    /// The endpoint of this name, made the first time.
    ///
    /// - Parameters:
    ///   - longestWait: no retry is ever further away; one that is was written under a clock that ran ahead.
    package func endpoint(named name: String, longestWait: Duration, at now: Instant) throws -> StoredEndpoint {
        try pool.write { db in
            try db.execute(
                sql: "INSERT INTO endpoint (name) VALUES (?) ON CONFLICT (name) DO NOTHING", arguments: [name])
            let row = try Row.fetchOne(
                db, sql: "SELECT id, held_until, health FROM endpoint WHERE name = ?", arguments: [name])
            guard let row else { throw DatabaseError(message: "endpoint \(name) was not stored") }
            let id: Int64 = row["id"]
            try db.execute(
                sql: """
                    UPDATE delivery SET due_at = ?1 WHERE endpoint_id = ?2 AND state = 'pending' AND due_at > ?1
                    """,
                arguments: [now + longestWait, id])
            let heldUntil: Instant? = row["held_until"]
            let health = EndpointHealth(resuming: EndpointHealth(stored: row["health"]) ?? EndpointHealth(), at: now)
            return StoredEndpoint(
                id: id, heldUntil: heldUntil.map { min($0, now + Limits.longestHold) }, health: health)
        }
    }

    /// The deliveries that have been due longest, at most `limit`, those in `excluded` left out.
    package func dueDeliveries(
        of endpoint: StoredEndpoint, limit: Int, excluding excluded: Set<Int64>, at now: Instant
    ) throws -> [DueDelivery] {
        try pool.read { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: Self.dueQuery),
                arguments: [endpoint.id, now, limit + excluded.count])
            var due: [DueDelivery] = []
            while due.count < limit, let row = try rows.next() {
                let id: Int64 = row["id"]
                if excluded.contains(id) { continue }
                due.append(DueDelivery(row: row))
            }
            return due
        }
    }

    static let dueQuery = """
        SELECT delivery.id, delivery.endpoint_sequence, delivery.attempts, delivery.due_at, delivery.record_id,
            event.id AS event_id, event.sequence, event.type, event.body
        FROM delivery JOIN event ON event.sequence = delivery.event_sequence
        WHERE delivery.endpoint_id = ? AND delivery.state = 'pending' AND delivery.due_at <= ?
        ORDER BY delivery.due_at, delivery.id LIMIT ?
        """

    /// When the next delivery that is not in `excluded` is due; nil when none waits.
    package func nextDue(of endpoint: StoredEndpoint, excluding excluded: Set<Int64>) throws -> Instant? {
        try pool.read { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT id, due_at FROM delivery WHERE endpoint_id = ? AND state = 'pending'
                        ORDER BY due_at, id LIMIT ?
                        """),
                arguments: [endpoint.id, excluded.count + 1])
            while let row = try rows.next() {
                let id: Int64 = row["id"]
                if !excluded.contains(id) { return row["due_at"] }
            }
            return nil
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
            for report in reports { try db.settle(report, of: endpoint, at: now) }
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

    /// Removes delivered events settled before `horizon`, at most `limit` of them, and says how many went.
    ///
    /// An event goes with its last delivery. Undelivered and dead ones stay, and so do the counters: no number is given
    /// out twice.
    package func prune(settledBefore horizon: Instant, limit: Int) throws -> Int {
        try pool.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, event_sequence FROM delivery WHERE state = 'delivered' AND settled_at < ?
                    ORDER BY settled_at LIMIT ?
                    """,
                arguments: [horizon, limit])
            for row in rows {
                let (delivery, sequence): (Int64, Int64) = (row["id"], row["event_sequence"])
                try db.cachedStatement(sql: "DELETE FROM delivery WHERE id = ?").execute(arguments: [delivery])
                try db.cachedStatement(
                    sql: """
                        DELETE FROM event WHERE sequence = ?1
                            AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_sequence = ?1)
                        """
                ).execute(arguments: [sequence])
            }
            return rows.count
        }
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

    fileprivate func settle(_ report: AttemptReport, of endpoint: StoredEndpoint, at now: Instant) throws {
        var status: Int?
        var failure: String?
        switch report.outcome.verdict {
        case .answered(let answered): status = answered
        case .failed(let failed): failure = failed.rawValue
        }
        try cachedStatement(
            sql: """
                INSERT OR REPLACE INTO attempt (delivery_id, number, started_at, duration, status, failure, answer)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                report.deliveryID, report.number, report.startedAt, report.outcome.duration.microseconds, status,
                failure, report.outcome.answer.prefix(Limits.answerBytesKept).stored,
            ])
        switch report.disposition {
        case .retry(let at):
            try cachedStatement(sql: "UPDATE delivery SET attempts = ?, due_at = ? WHERE id = ?")
                .execute(arguments: [report.number, at, report.deliveryID])
        case .delivered:
            try close(report, as: "delivered", of: endpoint, at: now)
        case .dead:
            try close(report, as: "dead", of: endpoint, at: now)
        }
    }

    private func close(
        _ report: AttemptReport, as state: String, of endpoint: StoredEndpoint, at now: Instant
    ) throws {
        try cachedStatement(sql: "UPDATE delivery SET state = ?, attempts = ?, settled_at = ? WHERE id = ?")
            .execute(arguments: [state, report.number, now, report.deliveryID])
        try cachedStatement(
            sql: """
                UPDATE delivery SET state = 'pending', due_at = ?1 WHERE id = (
                    SELECT next.id FROM delivery AS next JOIN delivery AS settled ON settled.id = ?2
                    WHERE next.endpoint_id = ?3 AND next.resource_id = settled.resource_id
                        AND next.record_id = settled.record_id AND next.state IN ('pending', 'waiting')
                    ORDER BY next.id LIMIT 1)
                AND state = 'waiting'
                """
        ).execute(arguments: [now, report.deliveryID, endpoint.id])
    }
}

extension DueDelivery {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"], eventID: row["event_id"], sequence: row["sequence"],
            endpointSequence: row["endpoint_sequence"], type: row["type"], recordID: row["record_id"],
            attempts: row["attempts"], dueAt: row["due_at"], body: row.bytes("body"))
    }
}
