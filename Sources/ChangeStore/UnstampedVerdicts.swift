// What becomes of changes without a stamp once their reading has ended: told, or held. Decided at once, and carried out a
// part in each transaction.

import ChangeFeed
import Foundation
import GRDB

extension RecordWriter {
    /// A reading has ended: what it found is to be told, but for what so many records share that nobody has edited them.
    ///
    /// - Parameter isWhole: false where it does not end, and has been given enough time.
    /// - Returns: what is held from now on; nil: nothing that was not held before.
    func judgeUnstamped(foundBy reading: Reading, isWhole: Bool = true) throws -> HeldChanges? {
        // What is found while the last verdict is carried out waits for the next reading.
        guard try !db.hasVerdict(on: reading, ofResource: resource),
            try db.countUnstamped("state = 'open' AND reading = ?", ofResource: resource, [reading.stored]) > 0
        else { return nil }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT path, count(*), max(state = 'held') FROM unstamped_change
                JOIN unstamped_path USING (resource_id, record_id)
                WHERE resource_id = ?1 AND (state = 'held' OR (state = 'open' AND reading = ?2)) GROUP BY path
                """,
            arguments: [resource, reading.stored])
        let found = UnstampedChanges(
            recordsByPath: Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) }),
            heldPaths: Set(rows.filter { $0[2] }.map { $0[0] }),
            among: try db.countKnown("presence = 0", ofResource: resource, []), isWhole: isWhole)
        let (paths, before) = (
            found.pathsToHold, try db.countUnstamped("state = 'held'", ofResource: resource, [])
        )
        let verdict = try StoredVerdict(
            reading: reading, foundThrough: db.lastFound(ofResource: resource), decidedAt: now, paths: paths)
        let new = try db.countUnstamped(
            "state = 'open' AND reading = ? AND \(StoredVerdict.holds(paths: "?"))", ofResource: resource,
            [reading.stored, verdict.heldPaths, verdict.heldPaths])
        try db.insert(verdict, ofResource: resource)
        _ = try db.carryOnVerdicts(ofResource: resource, limit: Limits.decidedAtOnce)
        guard new > 0 else { return nil }
        let named = try db.heldPaths(ofResource: resource)
        return HeldChanges(
            records: before + new, among: found.among, paths: named.isEmpty ? paths.sorted() : named)
    }
}

/// What was decided about the changes that a reading found, until it is carried out.
private struct StoredVerdict {
    let reading: String
    /// About those that were found until then.
    let foundThrough: Instant
    let decidedAt: Instant
    /// Changes in these paths alone are held, as a JSON array; the others are told.
    let heldPaths: String

    init(reading: Reading, foundThrough: Instant, decidedAt: Instant, paths: Set<String>) throws {
        self.reading = reading.stored
        self.foundThrough = foundThrough
        self.decidedAt = decidedAt
        heldPaths = String(decoding: try JSONEncoder().encode(paths.sorted()), as: UTF8.self)
    }

    init(row: Row) {
        reading = row["reading"]
        foundThrough = row["found_through"]
        decidedAt = row["decided_at"]
        heldPaths = row["held_paths"]
    }

    /// Whether a row of `unstamped_change` is held.
    static func holds(paths: String) -> String {
        """
        (json_array_length(\(paths)) > 0 AND NOT EXISTS (
            SELECT 1 FROM unstamped_path AS path WHERE path.resource_id = unstamped_change.resource_id
                AND path.record_id = unstamped_change.record_id
                AND path.path NOT IN (SELECT value FROM json_each(\(paths)))))
        """
    }
}

extension Database {
    fileprivate func hasVerdict(on reading: Reading, ofResource resource: Int64) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM unstamped_verdict WHERE resource_id = ? AND reading = ?)",
            arguments: [resource, reading.stored]) ?? false
    }

    /// When the last of the changes was found that wait for the end of a reading, by whatever clock.
    fileprivate func lastFound(ofResource resource: Int64) throws -> Instant {
        let last = try Instant?.fetchOne(
            self, sql: "SELECT max(held_since) FROM unstamped_change WHERE resource_id = ? AND state = 'open'",
            arguments: [resource])
        return (last ?? nil) ?? .distantPast
    }

    fileprivate func insert(_ verdict: StoredVerdict, ofResource resource: Int64) throws {
        try execute(
            sql: """
                INSERT INTO unstamped_verdict (resource_id, reading, found_through, decided_at, held_paths)
                VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                resource, verdict.reading, verdict.foundThrough, verdict.decidedAt, verdict.heldPaths,
            ])
    }

    /// Carries out what was decided about changes that readings have found, about `limit` of them at most.
    ///
    /// - Returns: about how many.
    func carryOnVerdicts(ofResource resource: Int64, limit: Int) throws -> Int {
        let rows = try Row.fetchAll(
            self, sql: "SELECT * FROM unstamped_verdict WHERE resource_id = ? ORDER BY decided_at",
            arguments: [resource])
        var left = limit
        for verdict in rows.map(StoredVerdict.init) where left > 0 {
            let isHeld = StoredVerdict.holds(paths: "?5")
            try execute(
                sql: """
                    UPDATE unstamped_change SET
                        state = iif(\(isHeld), 'held', 'telling'), held_since = iif(\(isHeld), ?4, NULL)
                    WHERE resource_id = ?1 AND record_id IN (
                        SELECT record_id FROM unstamped_change WHERE resource_id = ?1 AND state = 'open'
                            AND reading = ?2 AND coalesce(held_since <= ?3, 1) LIMIT ?6)
                    """,
                arguments: [
                    resource, verdict.reading, verdict.foundThrough, verdict.decidedAt, verdict.heldPaths, left,
                ])
            let isDone = changesCount < left
            left -= changesCount
            guard isDone else { continue }
            try execute(
                sql: "DELETE FROM unstamped_verdict WHERE resource_id = ? AND reading = ?",
                arguments: [resource, verdict.reading])
        }
        return limit - left
    }

    fileprivate func countUnstamped(
        _ condition: String, ofResource resource: Int64, _ arguments: StatementArguments
    ) throws -> Int {
        try Int.fetchOne(
            self, sql: "SELECT count(*) FROM unstamped_change WHERE resource_id = ? AND \(condition)",
            arguments: [resource] + arguments) ?? 0
    }

    /// In which paths changes of a resource are held.
    func heldPaths(ofResource resource: Int64) throws -> [String] {
        try String.fetchAll(
            self,
            sql: """
                SELECT DISTINCT path FROM unstamped_change JOIN unstamped_path USING (resource_id, record_id)
                WHERE resource_id = ? AND state = 'held' ORDER BY path
                """,
            arguments: [resource])
    }
}
