// What is old, as it is read and let go.

import ChangeFeed
import EventStore
import GRDB

extension SQLiteTransaction {
    func settledDeliveries(before horizon: Instant, limit: Int) throws -> [SettledDelivery] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, event_sequence FROM delivery WHERE state IN ('delivered', 'replayed') AND settled_at < ?
                        AND +event_sequence BETWEEN ? AND ?
                    ORDER BY settled_at LIMIT ?
                    """),
            arguments: [horizon, rows.keys.lowerBound, rows.keys.upperBound, limit]
        ).map { SettledDelivery(id: $0[0], event: rows.sequence(at: $0[1])) }
    }

    func unsent(among events: [Int]) throws -> [Int] {
        var unsent: [Int] = []
        let sql = """
            SELECT sequence FROM event WHERE sequence IN \(RowSets.keys)
                AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_sequence = event.sequence)
            """
        try fetch(sql, keys: events.map(rows.key)) { unsent.append(rows.sequence(at: $0[0])) }
        return unsent
    }

    func unsentEvents(detectedBefore horizon: Instant, limit: Int) throws -> [Int] {
        try Int.fetchAll(
            db.cachedStatement(sql: Self.unsentQuery),
            arguments: [horizon, rows.keys.lowerBound, rows.keys.upperBound, limit]
        ).map(rows.sequence)
    }

    /// The plus keeps SQLite to the index of the times, of which little is old.
    static let unsentQuery = """
        SELECT sequence FROM event WHERE detected_at < ? AND +sequence BETWEEN ? AND ?
            AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_sequence = event.sequence)
        ORDER BY detected_at LIMIT ?
        """

    func sweepMarks() throws -> [SweepMarks] {
        let resources = try Row.fetchAll(
            db,
            sql: """
                SELECT id, sweeps, sweep_covered IS NOT NULL AS is_under_way FROM resource WHERE account_id = ? ORDER BY id
                """,
            arguments: [rows.account])
        return try resources.compactMap { row in
            let marked = try sweeps(markedOf: row["id"])
            guard !marked.isEmpty else { return nil }
            return SweepMarks(
                resource: row["id"], marked: marked, last: row["sweeps"], isUnderWay: row["is_under_way"])
        }
    }

    /// A step of the index for each: there may be a row for each record.
    private func sweeps(markedOf resource: Int64) throws -> [Int] {
        var sweeps: [Int] = []
        while let next = try number(
            "SELECT min(sweep) FROM swept_record WHERE resource_id = ? AND sweep > ?",
            [resource, sweeps.last ?? -1])
        {
            sweeps.append(next)
        }
        return sweeps
    }

    func swept(by sweep: Int, of resource: Int64, limit: Int) throws -> [RecordID] {
        try fetchIDs(
            "SELECT record_id FROM swept_record WHERE resource_id = ? AND sweep = ? LIMIT ?", [resource, sweep, limit])
    }

    func resourcesSetAside(before horizon: Instant) throws -> [Int64] {
        let isKept = Self.tablesOfRecords.map {
            "EXISTS (SELECT 1 FROM \($0.name) WHERE resource_id = resource.id)"
        }.joined(separator: " OR ")
        return try Int64.fetchAll(
            db, sql: "SELECT id FROM resource WHERE account_id = ? AND set_aside_at < ? AND (\(isKept)) ORDER BY id",
            arguments: [rows.account, horizon])
    }

    func rowsKept(of resource: Int64, limit: Int) throws -> Int {
        var rows = 0
        for (table, _) in Self.tablesOfRecords where rows < limit {
            rows +=
                try number(
                    "SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE resource_id = ? LIMIT ?)",
                    [resource, limit - rows]) ?? 0
        }
        return rows
    }

    func forgetRows(of resource: Int64, limit: Int) throws {
        var left = limit
        for (table, key) in Self.tablesOfRecords where left > 0 {
            try execute(
                "DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) WHERE resource_id = ? LIMIT ?)",
                [resource, left])
            left -= db.changesCount
        }
    }

    func dropEvents(_ sequences: [Int]) throws {
        try execute("DELETE FROM event WHERE sequence IN \(RowSets.keys)", keys: sequences.map(rows.key))
    }

    func forgetSwept(_ ids: [RecordID], of resource: Int64, sweep: Int) throws {
        try execute(
            "DELETE FROM swept_record WHERE resource_id = ? AND sweep = ? AND record_id IN \(RowSets.keys)",
            [resource, sweep], keys: ids)
    }

    /// What is kept of single records, with the keys of the tables.
    private static let tablesOfRecords: [(name: String, key: String)] = [
        ("known_record", "resource_id, record_id"), ("record_read_by_id", "resource_id, record_id"),
        ("record_stamp", "resource_id, record_id"), ("unstamped_change", "resource_id, record_id"),
        ("swept_record", "resource_id, sweep, record_id"), ("unstamped_verdict", "resource_id, reading"),
        ("newly_unlisted", "resource_id, record_id"),
    ]
}
