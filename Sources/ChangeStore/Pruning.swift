// Verbs that let go what is old enough, a little in each transaction.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Removes deliveries settled before `horizon`, at most `limit` of them, and says how many went.
    ///
    /// An event goes with its last delivery. Undelivered and dead ones stay, and so do the counters: no number is given
    /// out twice.
    package func prune(settledBefore horizon: Instant, limit: Int) throws -> Int {
        try pool.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, event_sequence FROM delivery
                    WHERE state IN ('delivered', 'replayed') AND settled_at < ? ORDER BY settled_at LIMIT ?
                    """,
                arguments: [horizon, limit])
            for row in rows {
                let (delivery, sequence): (Int64, Int64) = (row["id"], row["event_sequence"])
                try db.cachedStatement(sql: "DELETE FROM delivery WHERE id = ?").execute(arguments: [delivery])
                try db.removeEvent(sequence)
            }
            return rows.count
        }
    }

    /// Removes events detected before `horizon` that nobody gets, or that a newer one took the place of, at most `limit` of
    /// them, and says how many went.
    package func pruneUnsentEvents(detectedBefore horizon: Instant, limit: Int) throws -> Int {
        try pool.write { db in
            let sequences = try Int64.fetchAll(db, sql: Self.unsentQuery, arguments: [horizon, limit])
            for sequence in sequences { try db.removeEvent(sequence) }
            return sequences.count
        }
    }

    static let unsentQuery = """
        SELECT sequence FROM event WHERE detected_at < ?
            AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_sequence = event.sequence)
        ORDER BY detected_at LIMIT ?
        """

    /// Forgets what ended sweeps had met, at most `limit` records, and says how many went.
    package func pruneSweeps(limit: Int) throws -> Int {
        try pool.write { db in
            try db.execute(
                sql: """
                    DELETE FROM swept_record WHERE (resource_id, sweep, record_id) IN (
                        SELECT swept.resource_id, swept.sweep, swept.record_id
                        FROM swept_record AS swept JOIN resource ON resource.id = swept.resource_id
                        WHERE swept.sweep <> resource.sweeps OR resource.sweep_covered IS NULL LIMIT ?)
                    """,
                arguments: [limit])
            return db.changesCount
        }
    }

    /// Gives free pages of the file back to the system, at most so many, and says whether there are more.
    package func shrink(pages: Int) throws -> Bool {
        try pool.writeWithoutTransaction { db in
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            // Few are soon needed again.
            guard free > pages else { return false }
            try db.execute(sql: "PRAGMA incremental_vacuum(\(pages))")
            return free > 2 * pages
        }
    }
}

extension Database {
    /// Removes an event that no delivery is about.
    fileprivate func removeEvent(_ sequence: Int64) throws {
        try cachedStatement(
            sql: """
                DELETE FROM event WHERE sequence = ?1
                    AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_sequence = ?1)
                """
        ).execute(arguments: [sequence])
    }
}
