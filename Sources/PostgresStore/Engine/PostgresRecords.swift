// What is known of records, as it is read.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func summaries(of ids: [RecordID], in resource: Int64) throws -> [RecordID: KnownSummary] {
        guard !ids.isEmpty else { return [:] }
        let rows = try ask(
            "known records",
            """
            SELECT record_key, version, presence, fingerprint, EXISTS (
                    SELECT FROM \(schema).record_read_by_id AS by_id WHERE by_id.account_id = $1
                        AND by_id.resource_id = $2 AND by_id.record_key = known.record_key) AS is_by_id,
                (SELECT stamp FROM \(schema).record_stamp AS stamped WHERE stamped.account_id = $1
                    AND stamped.resource_id = $2 AND stamped.record_key = known.record_key) AS stamp
            FROM \(schema).known_record AS known
            WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($3)
            """, [.int8(resource), .keys(ids)], about: [.records])
        var summaries: [RecordID: KnownSummary] = [:]
        summaries.reserveCapacity(rows.count)
        for row in rows {
            let id = try row.recordID("record_key")
            guard let presence = Presence(stored: try row.int("presence")) else {
                throw UnreadableRow("presence", of: "known record", "\(id) of resource \(resource)")
            }
            summaries[id] = KnownSummary(
                version: try row.int("version"),
                // A fingerprint that was damaged equals nothing: the record is compared by its content.
                fingerprint: Fingerprint(bytes: try row.value("fingerprint")) ?? Fingerprint(of: []),
                presence: presence, answer: try row.value("is_by_id") ? .byID : .page,
                lastStamp: try row.optionalInstant("stamp"))
        }
        return summaries
    }

    func contents(of ids: [RecordID], in resource: Int64) throws -> [RecordID: [UInt8]] {
        guard !ids.isEmpty else { return [:] }
        let rows = try ask(
            "contents of records",
            """
            SELECT record_key, content FROM \(schema).known_record
            WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($3)
            """, [.int8(resource), .keys(ids)], about: [.records])
        return Dictionary(
            try rows.map { (try $0.recordID("record_key"), try $0.unpacked("content", by: packing)) },
            uniquingKeysWith: { first, _ in first })
    }

    func contentsFromPages(in resource: Int64, limit: Int) throws -> [[UInt8]] {
        try ask(
            "contents of pages",
            """
            SELECT content FROM \(schema).known_record AS known WHERE account_id = $1 AND resource_id = $2 AND NOT EXISTS (
                SELECT FROM \(schema).record_read_by_id AS by_id WHERE by_id.account_id = $1 AND by_id.resource_id = $2
                    AND by_id.record_key = known.record_key)
            ORDER BY record_key LIMIT $3
            """, [.int8(resource), .int(limit)], about: [.records]
        ).map { try $0.unpacked("content", by: packing) }
    }

    func unreadable(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        guard packing.lacksDictionaries else { return [] }
        return Set(try contents(of: ids, in: resource).filter(\.value.isEmpty).keys)
    }

    func count(_ selection: RecordSelection) throws -> Int {
        let condition = SelectedRecords(selection, in: schema)
        let rows = try ask(
            "count of records", "SELECT count(*) AS records FROM \(condition.sql)", condition.parameters,
            about: selection.areas)
        return try rows[0].int("records")
    }

    func ids(_ selection: RecordSelection, limit: Int?, offset: Int) throws -> [RecordID] {
        let condition = SelectedRecords(selection, in: schema)
        let next = condition.parameters.count + 2
        return try ask(
            "ids of records",
            "SELECT record_key FROM \(condition.sql) ORDER BY record_key LIMIT $\(next) OFFSET $\(next + 1)",
            condition.parameters + [.int(limit), .int(offset)], about: selection.areas
        ).map { try $0.recordID("record_key") }
    }

    func ids(_ selection: RecordSelection, at places: [Int]) throws -> [RecordID] {
        guard !places.isEmpty else { return [] }
        let condition = SelectedRecords(selection, in: schema)
        return try ask(
            "ids of records by their places",
            """
            SELECT record_key FROM (
                SELECT record_key, row_number() OVER (ORDER BY record_key) - 1 AS place FROM \(condition.sql)) AS placed
            WHERE place = ANY($\(condition.parameters.count + 2)) ORDER BY place
            """, condition.parameters + [.sequences(places)], about: selection.areas
        ).map { try $0.recordID("record_key") }
    }

    func hasFound(in resource: Int64) throws -> Bool { try small(.found).resource(resource)?.hasFound ?? false }

    func found(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        try subset(of: ids, in: "newly_unlisted", of: resource, about: .found)
    }

    func subset(
        of ids: [RecordID], in table: String, of resource: Int64, about area: Area
    ) throws -> Set<RecordID> {
        guard !ids.isEmpty else { return [] }
        let rows = try ask(
            "records in \(table)",
            """
            SELECT record_key FROM \(schema).\(table) WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($3)
            """, [.int8(resource), .keys(ids)], about: [area])
        return Set(try rows.map { try $0.recordID("record_key") })
    }
}

extension RecordSelection {
    var areas: Set<Area> {
        var areas: Set<Area> = [.records]
        if missedBySweep != nil { areas.insert(.swept) }
        if isFound { areas.insert(.found) }
        return areas
    }
}

/// The rows of known records that a selection is about: what stands behind FROM, with the account as `$1`.
struct SelectedRecords {
    private(set) var sql: String
    /// From `$2` on.
    private(set) var parameters: [PostgreSQLValue] = []

    init(_ selection: RecordSelection, in schema: String) {
        let codes = selection.presences.map(\.stored).sorted()
        sql = "\(schema).known_record AS known WHERE account_id = $1 AND resource_id = $2 AND presence = ANY($3)"
        parameters = [.int8(selection.resource), .sequences(codes)]
        if codes.count == 1 {
            sql = "\(schema).known_record AS known WHERE account_id = $1 AND resource_id = $2 AND presence = $3"
            parameters = [.int8(selection.resource), .int(codes[0])]
        }
        for (id, comparison) in [(selection.first, ">="), (selection.last, "<="), (selection.below, "<")] {
            guard let id else { continue }
            parameters.append(.key(id))
            sql += " AND record_key \(comparison) $\(parameters.count + 1)"
        }
        if let sweep = selection.missedBySweep {
            parameters.append(.int(sweep))
            sql += """
                 AND NOT EXISTS (SELECT FROM \(schema).swept_record AS swept WHERE swept.account_id = $1
                    AND swept.resource_id = $2 AND swept.sweep = $\(parameters.count + 1)
                    AND swept.record_key = known.record_key)
                """
        }
        if selection.isFound {
            sql += """
                 AND EXISTS (SELECT FROM \(schema).newly_unlisted AS found WHERE found.account_id = $1
                    AND found.resource_id = $2 AND found.record_key = known.record_key)
                """
        }
    }
}
