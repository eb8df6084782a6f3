// What is due, as it is looked up.

import ChangeFeed
import EventStore
import GRDB

extension QueueLane {
    /// Each kind has an index of its own, in which each type stands apart: so nothing that waits hides anything else,
    /// however much it is.
    fileprivate var rows: String {
        "FROM delivery WHERE endpoint_id = ?1 AND is_replay = ?2 AND state = 'pending' AND "
            + (wasTried ? "attempts > 0" : "attempts = 0")
    }

    /// The types of what waits, each found by one step into the index.
    var typesQuery: String {
        """
        WITH RECURSIVE kind (type) AS (
            SELECT min(event_type) \(rows)
            UNION ALL
            SELECT (SELECT min(event_type) \(rows) AND event_type > kind.type) FROM kind WHERE kind.type IS NOT NULL)
        SELECT type FROM kind WHERE type IS NOT NULL
        """
    }

    func dueQuery(isDue: Bool = true) -> String {
        "SELECT id, due_at \(rows) AND event_type = ?3 AND due_at \(isDue ? "<=" : ">") ?4 ORDER BY due_at, id"
    }
}

extension SQLiteTransaction {
    func waitingTypes(_ lane: QueueLane) throws -> [String] {
        try String.fetchAll(
            db.cachedStatement(sql: lane.typesQuery), arguments: [lane.endpoint, lane.isReplay])
    }

    func pending(
        _ lane: QueueLane, type: String, isDue: Bool, by moment: Instant, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [Admission.Candidate] {
        let due = try Row.fetchCursor(
            db.cachedStatement(sql: lane.dueQuery(isDue: isDue)),
            arguments: [lane.endpoint, lane.isReplay, type, moment])
        var pending: [Admission.Candidate] = []
        while pending.count < limit, let row = try due.next() {
            if !isLeftOut(row[0]) { pending.append(Admission.Candidate(id: row[0], dueAt: row[1])) }
        }
        return pending
    }

    func dueDeliveries(_ ids: [Int64]) throws -> [DueDelivery] {
        var due: [Int64: DueDelivery] = [:]
        let sql = """
            SELECT delivery.id, event.id, event.sequence, delivery.endpoint_sequence, coalesce(fold.type, event.type),
                event.record_id, delivery.replay_spacing, delivery.attempts, delivery.attempts_before, delivery.due_at,
                unpacked(coalesce(fold.body, event.body))
            FROM delivery JOIN event ON event.sequence = delivery.event_sequence
            LEFT JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id IN \(RowSets.keys)
            """
        try fetch(sql, keys: ids) { row in
            due[row[0]] = DueDelivery(
                id: row[0], eventID: row[1], sequence: rows.sequence(at: row[2]), endpointSequence: row[3] ?? 0,
                type: row[4],
                recordID: row[5], replaySpacing: (row[6] as Int64?).map { .microseconds($0) }, attempts: row[7],
                attemptsBefore: row[8], dueAt: row[9], body: row.bytes(at: 10))
        }
        return try ids.map { id in
            guard let delivery = due[id] else { throw DatabaseError(message: "delivery \(id) has no event") }
            return delivery
        }
    }
}
