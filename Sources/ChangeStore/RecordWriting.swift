// What is known of single records, and the events of their changes.

import ChangeFeed
import GRDB

/// Reads and writes the known records of one resource within one transaction.
struct RecordWriter {
    let db: Database
    let account: StoredAccount
    let plan: ResourcePlan
    let resource: Int64
    let packing: RecordPacking
    /// What the resource is called in ids: stays when the configuration writes it another way.
    let eventName: ResourceName
    let endpoints: [StoredEndpoint]
    let claims: Claims
    let detectedAt: Instant
    let now: Instant

    /// The record is another now, and its receivers are told.
    func tell(
        _ change: Change, _ seen: SeenRecord, in answer: AnswerKind, over known: KnownSummary?, presence: Presence
    )
        throws
    {
        let version = (known?.version ?? 0) + 1
        let before = endpoints.contains(where: \.rules.coalesces) ? try content(of: seen.id) : nil
        try remember(seen, in: answer, over: known, version: version, presence: presence)
        try announce(change, version: version, before: before)
    }

    func content(of id: RecordID) throws -> [UInt8] {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT unpacked(content) AS content FROM known_record WHERE resource_id = ? AND record_id = ?
                    """),
            arguments: [resource, id])
        return row?.bytes("content") ?? []
    }

    /// Whether some of the known records have something in this member, as pages tell them.
    func pagesTell(_ member: String) throws -> Bool {
        let path = FieldPath(member)
        let contents = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT unpacked(content) AS content FROM known_record WHERE resource_id = ?1 AND NOT EXISTS (
                        SELECT 1 FROM record_read_by_id AS by_id WHERE by_id.resource_id = ?1
                            AND by_id.record_id = known_record.record_id) LIMIT ?2
                    """),
            arguments: [resource, Limits.recordsAskedForAMember])
        while let row = try contents.next() {
            let value = (try? RawRecord.read(row.bytes("content")))?.value(at: path)
            if let value, !value.isEmpty { return true }
        }
        return false
    }

    /// What was seen of the record takes the place of all that was known of it.
    func remember(
        _ seen: SeenRecord, in answer: AnswerKind, over known: KnownSummary?, version: Int, presence: Presence
    ) throws {
        if known != nil { try forgetUnstamped(seen.id) }
        if known?.lastStamp != nil { try noteStamp(nil, of: seen.id) }
        if answer != known?.answer ?? .page {
            let sql =
                answer == .byID
                ? "INSERT INTO record_read_by_id (resource_id, record_id) VALUES (?, ?)"
                : "DELETE FROM record_read_by_id WHERE resource_id = ? AND record_id = ?"
            try db.cachedStatement(sql: sql).execute(arguments: [resource, seen.id])
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO known_record (resource_id, record_id, version, presence, fingerprint, content)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (resource_id, record_id) DO UPDATE SET
                    version = excluded.version, presence = excluded.presence, fingerprint = excluded.fingerprint,
                    content = excluded.content
                """
        ).execute(
            arguments: try [
                resource, seen.id, version, presence.stored, seen.fingerprint.bytes.stored,
                packing.content(seen.record),
            ])
    }

    /// Where a dictionary is missing: a record that has not changed is written anew if it needs that one. One whose change
    /// waits for its reading's end is told by that.
    ///
    /// - Returns: whether it was.
    func relearnsWhatIsLost(_ seen: SeenRecord, over known: KnownSummary, presence: Presence) throws -> Bool {
        guard packing.lacksDictionaries, try content(of: seen.id).isEmpty, try !hasUnstamped(seen.id) else {
            return false
        }
        try remember(seen, in: known.answer, over: known, version: known.version, presence: presence)
        return true
    }

    /// - Parameter before: the record's state before the change; nil where nobody asks for it.
    func announce(_ change: Change, version: Int, before: [UInt8]? = nil) throws {
        let sequence = try db.nextNumber(
            "UPDATE event_counter SET last_sequence = last_sequence + 1 RETURNING last_sequence")
        let id = EventID.make(
            account: account.identity, resource: eventName, record: change.recordID, version: version,
            content: change.record.bytes, kind: change.kind)
        let body = EventBody.standard(
            id: id, typeName: plan.typeName, change: change, sequence: sequence, resource: plan.name,
            detectedAt: detectedAt)
        try db.cachedStatement(
            sql: """
                INSERT INTO event (sequence, id, resource_id, record_id, type, detected_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: try [
                sequence, id, resource, change.recordID, "\(plan.typeName).\(change.kind.rawValue)", detectedAt,
                packing.pack(body),
            ])
        let event = NumberedEvent(
            sequence: sequence, id: id, resource: resource, plan: plan, change: change, detectedAt: detectedAt,
            before: before)
        try db.enqueue(event, body: body, to: endpoints, besides: claims, at: now)
    }
}
