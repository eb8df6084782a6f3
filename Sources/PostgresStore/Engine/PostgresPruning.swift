// What is old, as it is read and let go.

import ChangeFeed
import EventStore
import PostgreSQLClient

extension PostgresTransaction {
    func settledDeliveries(before horizon: Instant, limit: Int) throws -> [SettledDelivery] {
        try ask(
            "settled deliveries",
            """
            SELECT id, event_sequence FROM \(schema).delivery
            WHERE account_id = $1 AND state IN ('delivered', 'replayed') AND settled_at < $2 ORDER BY settled_at, id LIMIT $3
            """, [.instant(horizon), .int(limit)], about: [.deliveries]
        ).map { SettledDelivery(id: try $0.value("id"), event: try $0.int("event_sequence")) }
    }

    func unsent(among events: [Int]) throws -> [Int] {
        guard !events.isEmpty else { return [] }
        return try ask(
            "events that no delivery is about",
            "SELECT sequence FROM \(unsentEvents) AND sequence = ANY($2) ORDER BY sequence", [.sequences(events)],
            about: [.log, .deliveries]
        ).map { try $0.int("sequence") }
    }

    func unsentEvents(detectedBefore horizon: Instant, limit: Int) throws -> [Int] {
        try ask(
            "old events that no delivery is about",
            "SELECT sequence FROM \(unsentEvents) AND detected_at < $2 ORDER BY detected_at, sequence LIMIT $3",
            [.instant(horizon), .int(limit)], about: [.log, .deliveries]
        ).map { try $0.int("sequence") }
    }

    private var unsentEvents: String {
        """
        \(schema).event WHERE account_id = $1 AND NOT EXISTS (
            SELECT FROM \(schema).delivery WHERE delivery.account_id = $1 AND event_sequence = event.sequence)
        """
    }

    func sweepMarks() throws -> [SweepMarks] {
        try small(.resources).resources.compactMap { stored in
            let marked = try sweeps(markedOf: stored.resource.id)
            guard !marked.isEmpty else { return nil }
            return SweepMarks(
                resource: stored.resource.id, marked: marked, last: try stored.row.int("sweeps"),
                isUnderWay: try stored.row.optionalInt("sweep_covered") != nil)
        }
    }

    /// A step of the index for each: there may be a row for each record.
    private func sweeps(markedOf resource: Int64) throws -> [Int] {
        let rows = "FROM \(schema).swept_record WHERE account_id = $1 AND resource_id = $2"
        return try ask(
            "sweeps with marks",
            """
            WITH RECURSIVE marked (sweep) AS (
                (SELECT sweep \(rows) ORDER BY sweep LIMIT 1)
                UNION ALL
                SELECT (SELECT sweep \(rows) AND sweep > marked.sweep ORDER BY sweep LIMIT 1) FROM marked
                WHERE marked.sweep IS NOT NULL)
            SELECT sweep FROM marked WHERE sweep IS NOT NULL
            """, [.int8(resource)], about: [.swept]
        ).map { try $0.int("sweep") }
    }

    func swept(by sweep: Int, of resource: Int64, limit: Int) throws -> [RecordID] {
        try ask(
            "records met by a sweep",
            """
            SELECT record_key FROM \(schema).swept_record WHERE account_id = $1 AND resource_id = $2 AND sweep = $3
            ORDER BY record_key LIMIT $4
            """, [.int8(resource), .int(sweep), .int(limit)], about: [.swept]
        ).map { try $0.recordID("record_key") }
    }

    func resourcesSetAside(before horizon: Instant) throws -> [Int64] {
        let old = try small(.resources).resources.filter { stored in
            try stored.row.optionalInstant("set_aside_at").map { $0 < horizon } ?? false
        }
        return try old.map(\.resource.id).filter { try rowsKept(of: $0, limit: 1) > 0 }
    }

    func rowsKept(of resource: Int64, limit: Int) throws -> Int {
        min(limit, try rows(of: resource, limit: limit).reduce(0, +))
    }

    /// How many rows each of the tables has, counted no further than `limit`.
    private func rows(of resource: Int64, limit: Int) throws -> [Int] {
        let counts = Self.tablesOfRecords.enumerated().map { index, table in
            """
            (SELECT count(*) FROM (SELECT FROM \(schema).\(table.name) WHERE account_id = $1 AND resource_id = $2 LIMIT $3)
                AS kept) AS rows\(index)
            """
        }
        let row = try ask(
            "rows of a resource", "SELECT \(counts.joined(separator: ", "))", [.int8(resource), .int(limit)],
            about: [.records, .found, .swept, .unstamped])[0]
        return try Self.tablesOfRecords.indices.map { try row.int("rows\($0)") }
    }

    func forgetRows(of resource: Int64, limit: Int) throws {
        var left = limit
        for (table, rows) in zip(Self.tablesOfRecords, try rows(of: resource, limit: limit)) where left > 0 && rows > 0
        {
            add(
                "rows of a resource",
                """
                DELETE FROM \(schema).\(table.name) WHERE account_id = $1 AND resource_id = $2 AND (\(table.key)) IN (
                    SELECT \(table.key) FROM \(schema).\(table.name) WHERE account_id = $1 AND resource_id = $2
                    ORDER BY \(table.key) LIMIT $3)
                """, [.int8(resource), .int(left)])
            left -= rows
        }
    }

    func forgetSwept(_ ids: [RecordID], of resource: Int64, sweep: Int) {
        guard !ids.isEmpty else { return }
        add(
            "records met by a sweep",
            """
            DELETE FROM \(schema).swept_record
            WHERE account_id = $1 AND resource_id = $2 AND sweep = $3 AND record_key = ANY($4)
            """, [.int8(resource), .int(sweep), .keys(ids)])
    }

    /// What is kept of single records, with the keys of the tables within a resource.
    private static let tablesOfRecords: [(name: String, key: String)] = [
        ("known_record", "record_key"), ("record_read_by_id", "record_key"), ("record_stamp", "record_key"),
        ("unstamped_path", "record_key, path"), ("unstamped_change", "record_key"),
        ("swept_record", "sweep, record_key"), ("unstamped_verdict", "reading"), ("newly_unlisted", "record_key"),
    ]
}
