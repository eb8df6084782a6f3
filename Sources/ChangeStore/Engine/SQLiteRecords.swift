// What is known of records, as it is read.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func summaries(of ids: [RecordID], in resource: Int64) throws -> [RecordID: KnownSummary] {
        var summaries: [RecordID: KnownSummary] = [:]
        summaries.reserveCapacity(ids.count)
        let sql = """
            SELECT record_id, version, presence, fingerprint, EXISTS (
                SELECT 1 FROM record_read_by_id AS by_id WHERE by_id.resource_id = known_record.resource_id
                    AND by_id.record_id = known_record.record_id), (
                SELECT stamp FROM record_stamp WHERE record_stamp.resource_id = known_record.resource_id
                    AND record_stamp.record_id = known_record.record_id)
            FROM known_record WHERE resource_id = ? AND record_id IN \(RowSets.keys)
            """
        try fetch(sql, [resource], keys: ids) { row in
            let id: RecordID = row[0]
            summaries[id] = KnownSummary(
                version: row[1],
                // A fingerprint that was damaged equals nothing: the record is compared by its content.
                fingerprint: Fingerprint(bytes: row.bytes(at: 3)) ?? Fingerprint(of: []),
                presence: try Presence(code: row[2], of: id, resource: resource), answer: row[4] ? .byID : .page,
                lastStamp: row[5])
        }
        return summaries
    }

    func contents(of ids: [RecordID], in resource: Int64) throws -> [RecordID: [UInt8]] {
        var contents: [RecordID: [UInt8]] = [:]
        let sql = """
            SELECT record_id, unpacked(content) FROM known_record WHERE resource_id = ? AND record_id IN \(RowSets.keys)
            """
        try fetch(sql, [resource], keys: ids) { contents[$0[0]] = $0.bytes(at: 1) }
        return contents
    }

    func contentsFromPages(in resource: Int64, limit: Int) throws -> [[UInt8]] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT unpacked(content) FROM known_record WHERE resource_id = ?1 AND NOT EXISTS (
                        SELECT 1 FROM record_read_by_id AS by_id WHERE by_id.resource_id = ?1
                            AND by_id.record_id = known_record.record_id) ORDER BY record_id LIMIT ?2
                    """),
            arguments: [resource, limit])
        return rows.map { $0.bytes(at: 0) }
    }

    func unreadable(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        guard packing.lacksDictionaries else { return [] }
        return Set(try contents(of: ids, in: resource).filter(\.value.isEmpty).keys)
    }

    func count(_ selection: RecordSelection) throws -> Int {
        let (condition, arguments) = selection.condition
        return try number("SELECT count(*) FROM known_record WHERE \(condition)", arguments) ?? 0
    }

    func ids(_ selection: RecordSelection, limit: Int?, offset: Int) throws -> [RecordID] {
        let (condition, arguments) = selection.condition
        return try fetchIDs(
            "SELECT record_id FROM known_record WHERE \(condition) ORDER BY record_id LIMIT ? OFFSET ?",
            arguments + StatementArguments([limit ?? -1, offset]))
    }

    func ids(_ selection: RecordSelection, at places: [Int]) throws -> [RecordID] {
        let (condition, arguments) = selection.condition
        var ids: [RecordID] = []
        let sql = """
            SELECT record_id FROM (
                SELECT record_id, row_number() OVER (ORDER BY record_id) - 1 AS place FROM known_record
                WHERE \(condition))
            WHERE place IN \(RowSets.keys) ORDER BY place
            """
        try fetch(sql, arguments, keys: places) { ids.append($0[0]) }
        return ids
    }

    func hasFound(in resource: Int64) throws -> Bool {
        try exists("SELECT 1 FROM newly_unlisted WHERE resource_id = ?", [resource])
    }

    func found(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        try subset(of: ids, in: "newly_unlisted", of: resource)
    }

    func subset(of ids: [RecordID], in table: String, of resource: Int64) throws -> Set<RecordID> {
        var there: Set<RecordID> = []
        try fetch(
            "SELECT record_id FROM \(table) WHERE resource_id = ? AND record_id IN \(RowSets.keys)", [resource],
            keys: ids
        ) { there.insert($0[0]) }
        return there
    }
}

extension RecordSelection {
    var condition: (sql: String, arguments: StatementArguments) {
        let codes = presences.map(\.stored).sorted().map { "\($0)" }.joined(separator: ",")
        var sql = "known_record.resource_id = ? AND presence IN (\(codes))"
        if presences.count == 1 { sql = "known_record.resource_id = ? AND presence = \(codes)" }
        var arguments: StatementArguments = [resource]
        for (id, comparison) in [(first, ">="), (last, "<="), (below, "<")] {
            guard let id else { continue }
            sql += " AND record_id \(comparison) ?"
            arguments += [id]
        }
        if let missedBySweep {
            sql += """
                 AND NOT EXISTS (SELECT 1 FROM swept_record AS swept WHERE swept.resource_id = known_record.resource_id
                    AND swept.sweep = ? AND swept.record_id = known_record.record_id)
                """
            arguments += [missedBySweep]
        }
        if isFound {
            sql += """
                 AND EXISTS (SELECT 1 FROM newly_unlisted AS found WHERE found.resource_id = known_record.resource_id
                    AND found.record_id = known_record.record_id)
                """
        }
        return (sql, arguments)
    }
}
