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

    /// Removes events that nobody gets, or that a newer one took the place of, of the `limit` that follow `sequence`.
    ///
    /// - Returns: the last event looked at; nil at the end of those detected before `horizon`.
    package func pruneUnsentEvents(
        detectedBefore horizon: Instant, after sequence: Int64, limit: Int
    ) throws -> (last: Int64, removed: Int)? {
        try pool.write { db in
            let sequences = try Int64.fetchAll(
                db, sql: "SELECT sequence FROM event WHERE sequence > ? AND detected_at < ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, horizon, limit])
            var removed = 0
            for sequence in sequences where try db.removeEvent(sequence) { removed += 1 }
            return sequences.last.map { ($0, removed) }
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
    @discardableResult
    fileprivate func removeEvent(_ sequence: Int64) throws -> Bool {
        try cachedStatement(
            sql: """
                DELETE FROM event WHERE sequence = ?1
                    AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_sequence = ?1)
                """
        ).execute(arguments: [sequence])
        return changesCount > 0
    }
}
