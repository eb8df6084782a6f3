// Changes without a stamp, as they are read and written.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms

extension SQLiteTransaction {
    func unstamped(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        guard try exists("SELECT 1 FROM unstamped_change WHERE resource_id = ?", [resource]) else { return [] }
        return try subset(of: ids, in: "unstamped_change", of: resource)
    }

    func count(_ selection: UnstampedSelection) throws -> Int {
        var sql = "SELECT count(*) FROM unstamped_change WHERE resource_id = ? AND state = ?"
        var arguments: StatementArguments = [selection.resource, selection.state.stored]
        if let reading = selection.reading {
            sql += " AND reading = ?"
            arguments += [reading.stored]
        }
        if let within = selection.within {
            sql += """
                 AND NOT EXISTS (SELECT 1 FROM unstamped_path AS path WHERE path.resource_id = unstamped_change.resource_id
                    AND path.record_id = unstamped_change.record_id
                    AND path.path NOT IN (SELECT value FROM json_each(?)))
                """
            arguments += [try Self.json(within)]
        }
        return try number(sql, arguments) ?? 0
    }

    func unstampedPaths(of resource: Int64, foundBy reading: Reading) throws -> [String: (records: Int, isHeld: Bool)] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT path, count(*), max(state = 'held') FROM unstamped_change
                    JOIN unstamped_path USING (resource_id, record_id)
                    WHERE resource_id = ?1 AND (state = 'held' OR (state = 'open' AND reading = ?2)) GROUP BY path
                    """),
            arguments: [resource, reading.stored])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], (records: $0[1], isHeld: $0[2])) })
    }

    func heldPaths(of resource: Int64) throws -> [String] { try db.heldPaths(ofResource: resource) }

    func lastUnstamped(_ state: UnstampedState, of resource: Int64) throws -> Instant? {
        try Instant?.fetchOne(
            db.cachedStatement(
                sql: "SELECT max(held_since) FROM unstamped_change WHERE resource_id = ? AND state = ?"),
            arguments: [resource, state.stored]) ?? nil
    }

    func openUnstamped(
        of resource: Int64, foundBy reading: Reading, through last: Instant, limit: Int
    ) throws -> [(id: RecordID, paths: Set<String>)] {
        let ids = try fetchIDs(
            """
            SELECT record_id FROM unstamped_change WHERE resource_id = ? AND state = 'open' AND reading = ?
                AND coalesce(held_since <= ?, 1) LIMIT ?
            """,
            [resource, reading.stored, last, limit])
        var paths: [RecordID: Set<String>] = [:]
        try fetch(
            "SELECT record_id, path FROM unstamped_path WHERE resource_id = ? AND record_id IN \(RowSets.keys)",
            [resource],
            keys: ids
        ) { paths[$0[0], default: []].insert($0[1]) }
        return ids.map { ($0, paths[$0] ?? []) }
    }

    func heldUnstamped(of resource: Int64, through last: Instant, limit: Int) throws -> [RecordID] {
        try fetchIDs(
            """
            SELECT record_id FROM unstamped_change WHERE resource_id = ? AND state = 'held' AND held_since <= ? LIMIT ?
            """,
            [resource, last, limit])
    }

    func decidedUnstamped(of resource: Int64, limit: Int) throws -> [DecidedChange] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT record_id, state, unpacked(content) AS content FROM unstamped_change
                    WHERE resource_id = ? AND state IN ('telling', 'learning') ORDER BY state, held_since, rowid LIMIT ?
                    """),
            arguments: [resource, limit])
        return rows.map { row in
            DecidedChange(id: row["record_id"], isTold: row["state"] == "telling", content: row.bytes("content"))
        }
    }

    func openReadings(of resource: Int64, foundBefore moment: Instant) throws -> [Reading] {
        try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT reading FROM unstamped_change
                WHERE resource_id = ? AND state = 'open' AND held_since <= ? ORDER BY reading
                """,
            arguments: [resource, moment]
        ).compactMap(Reading.init(stored:))
    }

    func resourcesWithDecisions() throws -> Set<Int64> {
        try Int64.fetchSet(
            db.cachedStatement(
                sql: """
                    SELECT id FROM resource WHERE account_id = ? AND (EXISTS (
                        SELECT 1 FROM unstamped_change
                        WHERE resource_id = resource.id AND state IN ('telling', 'learning')
                    ) OR EXISTS (SELECT 1 FROM unstamped_verdict WHERE resource_id = resource.id))
                    """), arguments: [rows.account])
    }

    func resourcesWithOverdue(foundBefore moment: Instant, now: Instant) throws -> Set<Int64> {
        try Int64.fetchSet(
            db.cachedStatement(
                sql: """
                    SELECT id FROM resource WHERE account_id = ? AND EXISTS (
                        SELECT 1 FROM unstamped_change WHERE resource_id = resource.id AND state = 'open'
                            AND (held_since IS NULL OR held_since <= ? OR held_since > ?))
                    """),
            arguments: [rows.account, moment, now])
    }
}

// MARK: - Writing

extension SQLiteTransaction {
    func keep(_ writes: [UnstampedWrite], of resource: KnownResource, foundAt moment: Instant) throws {
        let packing = packing(of: resource)
        try insert(
            "INSERT INTO unstamped_change (resource_id, record_id, reading, state, held_since, content)",
            """
            ON CONFLICT (resource_id, record_id) DO UPDATE SET
                reading = excluded.reading, content = excluded.content, held_since = excluded.held_since,
                state = iif(state = 'telling', 'telling', 'open')
            """,
            columns: 6, writes
        ) {
            [
                resource.id, $0.id, $0.reading.stored, UnstampedState.open.stored, moment,
                try packing.pack($0.record.bytes),
            ]
        }
        try delete(writes.map(\.id), from: "unstamped_path", of: resource.id)
        let paths = writes.flatMap { write in write.paths.map { (id: write.id, path: $0) } }
        try insert("INSERT OR IGNORE INTO unstamped_path (resource_id, record_id, path)", columns: 3, paths) {
            [resource.id, $0.id, $0.path]
        }
    }

    func decide(_ ids: [RecordID], of resource: Int64, _ state: UnstampedState, heldSince: Instant?) throws {
        try execute(
            "UPDATE unstamped_change SET state = ?, held_since = ? WHERE resource_id = ? AND record_id IN \(RowSets.keys)",
            [state.stored, heldSince, resource], keys: ids)
    }

    func decide(_ ids: [RecordID], of resource: Int64, _ state: UnstampedState) throws {
        try execute(
            "UPDATE unstamped_change SET state = ? WHERE resource_id = ? AND record_id IN \(RowSets.keys)",
            [state.stored, resource], keys: ids)
    }

    func findOpen(of resource: Int64, at moment: Instant) throws {
        try execute(
            """
            UPDATE unstamped_change SET held_since = ?2
            WHERE resource_id = ?1 AND state = 'open' AND (held_since IS NULL OR held_since > ?2)
            """,
            [resource, moment])
    }

    func verdicts(of resource: Int64) throws -> [UnstampedVerdict] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT * FROM unstamped_verdict WHERE resource_id = ? ORDER BY decided_at, reading"),
            arguments: [resource])
        return try rows.map { row in
            let paths = try? JSONDecoder().decode([String].self, from: Data((row["held_paths"] as String).utf8))
            guard let reading = Reading(stored: row["reading"]), let paths else {
                throw UnreadableRow("verdict", of: "changes of the resource", "number \(resource)")
            }
            return UnstampedVerdict(
                reading: reading, foundThrough: row["found_through"], decidedAt: row["decided_at"],
                heldPaths: Set(paths))
        }
    }

    func insert(_ verdict: UnstampedVerdict, of resource: Int64) throws {
        try execute(
            """
            INSERT INTO unstamped_verdict (resource_id, reading, found_through, decided_at, held_paths)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                resource, verdict.reading.stored, verdict.foundThrough, verdict.decidedAt,
                try Self.json(verdict.heldPaths),
            ])
    }

    func endVerdict(on reading: Reading, of resource: Int64) throws {
        try execute(
            "DELETE FROM unstamped_verdict WHERE resource_id = ? AND reading = ?", [resource, reading.stored])
    }

    private static func json(_ paths: Set<String>) throws -> String {
        String(decoding: try JSONEncoder().encode(paths.sorted()), as: UTF8.self)
    }
}

extension Database {
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
