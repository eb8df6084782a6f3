// What is known of records, as it is read.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func summaries(of ids: [RecordID], in resource: Int64) throws -> [RecordID: KnownSummary] {
        var summaries: [RecordID: KnownSummary] = [:]
        try rows(of: ids, in: resource) { id, row in
            guard let version = row.number(1) else {
                throw UnreadableRow("version", of: "known record", "\(id) of resource \(resource)")
            }
            let presence = try Presence(code: row.number(2), of: id, resource: resource)
            // A fingerprint that was damaged equals nothing: the record is compared by its content.
            let fingerprint = Fingerprint(stored: row.bytes(3)) ?? Fingerprint(of: [])
            // Of most pages all records are known, or none.
            if summaries.isEmpty { summaries.reserveCapacity(ids.count) }
            summaries[id] = KnownSummary(version: version, fingerprint: fingerprint, presence: presence)
        }
        if !summaries.isEmpty { try addWhatFewHave(to: &summaries, in: resource) }
        return summaries
    }

    /// What is known of these records: id, version, presence and fingerprint.
    ///
    /// The records of a page are neighbours most of the time: SQLite goes through all between the first and the last in a
    /// third of the time that it takes to look each up. Where too many of them are strangers, the rest is looked up.
    private func rows(of ids: [RecordID], in resource: Int64, _ take: (RecordID, RowColumns) throws -> Void) throws {
        let columns = "SELECT record_id, version, presence, fingerprint FROM known_record WHERE resource_id = ?"
        let sorted = ids.sorted()
        var next = 0
        if ids.count >= RowSets.neighboursFrom, let first = sorted.first, let last = sorted.last {
            var strangers = 0
            try read("\(columns) AND record_id BETWEEN ? AND ? ORDER BY record_id", [resource, first, last]) { row in
                guard let id = row.recordID(0) else { return true }
                while next < sorted.count, sorted[next] < id { next += 1 }
                if next < sorted.count, sorted[next] == id { try take(id, row) } else { strangers += 1 }
                return strangers <= ids.count
            }
            if strangers <= ids.count { return }
        }
        guard next < sorted.count else { return }
        let rest = RowSets.array(of: sorted[next...])
        try read("\(columns) AND record_id IN \(RowSets.keys)", [resource, rest]) { row in
            if let id = row.recordID(0) { try take(id, row) }
            return true
        }
    }

    /// Which were read by their ids, and stamps that are not those of the contents.
    private func addWhatFewHave(to summaries: inout [RecordID: KnownSummary], in resource: Int64) throws {
        if try exists("SELECT 1 FROM record_read_by_id WHERE resource_id = ?", [resource]) {
            for id in try subset(of: Array(summaries.keys), in: "record_read_by_id", of: resource) {
                summaries[id]?.answer = .byID
            }
        }
        guard try exists("SELECT 1 FROM record_stamp WHERE resource_id = ?", [resource]) else { return }
        let sql = "SELECT record_id, stamp FROM record_stamp WHERE resource_id = ? AND record_id IN \(RowSets.keys)"
        try fetch(sql, [resource], keys: Array(summaries.keys)) { row in
            summaries[row[0] as RecordID]?.lastStamp = row[1]
        }
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
