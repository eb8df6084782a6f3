// What is known of the records of a page: read for many of them at once, for one at a time takes longer than to write it.

import ChangeFeed
import GRDB

/// What was known of records when it was read, each to be taken once: a record that stands in a page twice is another one
/// the second time.
struct KnownSummaries {
    private var summaries: [RecordID: KnownSummary] = [:]
    private var untaken: Set<RecordID> = []

    init(of ids: [RecordID], _ records: RecordWriter) throws {
        untaken = Set(ids)
        for start in stride(from: 0, to: ids.count, by: Self.mostAtOnce) {
            let part = Array(ids[start..<min(start + Self.mostAtOnce, ids.count)])
            try records.readSummaries(of: part) { summaries[$0] = $1 }
        }
    }

    /// Nil where it has to be read anew; else the summary, or nil of a record that was unknown.
    mutating func take(_ id: RecordID) -> KnownSummary?? {
        guard untaken.remove(id) != nil else { return nil }
        return .some(summaries[id])
    }

    /// A page, and the next power of two.
    private static let mostAtOnce = 512
}

extension RecordWriter {
    func summaryOfKnown(_ id: RecordID) throws -> KnownSummary? {
        var summary: KnownSummary?
        try readSummaries(of: [id]) { summary = $1 }
        return summary
    }

    /// - Parameter ids: one at least.
    fileprivate func readSummaries(of ids: [RecordID], take: (RecordID, KnownSummary) -> Void) throws {
        // Statements for a few numbers of ids, which are kept, serve any number: the last id fills them up.
        var asked = ids
        while asked.count.nonzeroBitCount > 1 { asked.append(ids[ids.count - 1]) }
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT record_id, version, presence, fingerprint, EXISTS (
                        SELECT 1 FROM record_read_by_id AS by_id WHERE by_id.resource_id = known_record.resource_id
                            AND by_id.record_id = known_record.record_id), (
                        SELECT stamp FROM record_stamp WHERE record_stamp.resource_id = known_record.resource_id
                            AND record_stamp.record_id = known_record.record_id)
                    FROM known_record WHERE resource_id = ?
                        AND record_id IN (\(asked.map { _ in "?" }.joined(separator: ",")))
                    """),
            arguments: StatementArguments([resource]) + StatementArguments(asked))
        while let row = try rows.next() {
            let id: RecordID = row[0]
            take(
                id,
                KnownSummary(
                    version: row[1],
                    // A fingerprint that was damaged equals nothing: the record is compared by its content.
                    fingerprint: Fingerprint(bytes: row.bytes(at: 3)) ?? Fingerprint(of: []),
                    presence: try Presence(code: row[2], of: id, resource: resource),
                    answer: row[4] ? .byID : .page, lastStamp: row[5]))
        }
    }
}
