// The verb of detection: a page is compared with the known records and written, with its events, in one transaction.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Compares a page with the known records, and writes known records, events, deliveries, progress and what is known
    /// of the quota together.
    ///
    /// - Parameters:
    ///   - endpoints: who gets the events, as far as their rules admit them.
    ///   - detectedAt: what receivers are told, by the wall clock.
    ///   - now: from when on the events are due, by the clock that deliveries go by.
    package func commit(
        _ page: PageCommit, of account: StoredAccount, to endpoints: [StoredEndpoint], detectedAt: Instant,
        at now: Instant
    ) throws -> CommitSummary {
        try pool.write { db in
            try db.write(page.budget, of: account)
            let resource = try db.writeProgress(page.progress, of: page.plan.name, account: account)
            if let pace = page.pace?.stored {
                try db.cachedStatement(sql: "UPDATE resource SET pace = ? WHERE id = ?").execute(
                    arguments: [pace, resource])
            }
            var writer = PageWriter(
                db: db, account: account, page: page, resource: resource, endpoints: endpoints, claims: claims,
                detectedAt: detectedAt, now: now)
            for seen in page.records { try writer.write(seen) }
            try writer.writePresence()
            return writer.summary
        }
    }
}

extension Database {
    /// The resource's number in the store.
    fileprivate func writeProgress(
        _ progress: ResourceProgress, of name: ResourceName, account: StoredAccount
    ) throws -> Int64 {
        var newsSince: Instant?
        if case .since(let instant) = progress.newsThreshold { newsSince = instant }
        var covered: Int?
        var last: RecordID?
        let presence = progress.presence
        var heldSince: Instant?
        if case .held(let since) = presence.hold { heldSince = since }
        if case .walking(let walkedTo, let lastRead) = progress.baseline { (covered, last) = (walkedTo, lastRead) }
        try cachedStatement(
            sql: """
                INSERT INTO resource (account_id, name, news_since, cursor, polled_at, baseline_covered, baseline_last,
                    sweeps, sweep_covered, sweep_last, swept_at, count_bias, deletes_held_since, deletes_released,
                    baseline_is_partial)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (account_id, name) DO UPDATE SET
                    news_since = excluded.news_since, cursor = excluded.cursor, polled_at = excluded.polled_at,
                    baseline_covered = excluded.baseline_covered, baseline_last = excluded.baseline_last,
                    sweeps = excluded.sweeps, sweep_covered = excluded.sweep_covered,
                    sweep_last = excluded.sweep_last, swept_at = excluded.swept_at,
                    count_bias = excluded.count_bias, deletes_held_since = excluded.deletes_held_since,
                    deletes_released = excluded.deletes_released, baseline_is_partial = excluded.baseline_is_partial
                """
        ).execute(
            arguments: [
                account.id, name.text, newsSince, progress.cursor, progress.polledAt, covered, last, presence.sweeps,
                presence.walk?.covered, presence.walk?.last, presence.sweptAt, presence.bias, heldSince,
                presence.hold == .released, progress.baseline == .partial,
            ])
        let id = try Int64.fetchOne(
            cachedStatement(sql: "SELECT id FROM resource WHERE account_id = ? AND name = ?"),
            arguments: [account.id, name.text])
        guard let id else { throw DatabaseError(message: "resource \(name) was not stored") }
        return id
    }
}

/// Writes the records of one page within one transaction.
struct PageWriter {
    let db: Database
    let account: StoredAccount
    let page: PageCommit
    let resource: Int64
    let endpoints: [StoredEndpoint]
    let claims: Claims
    let detectedAt: Instant
    let now: Instant
    var summary = CommitSummary()
    /// Records of the page that were known as hidden, unlisted or suspect, and are listed after all.
    var returned = 0

    var plan: ResourcePlan { page.plan }

    mutating func write(_ seen: SeenRecord) throws {
        summary.records += 1
        let known = try summaryOfKnown(seen.id)
        let presence = page.sighting.presence(after: known?.presence)
        if presence == .listed, let known, known.presence != .listed, known.presence != .deleted { returned += 1 }
        let finding = try page.detector.examine(
            seen, in: page.sighting.answer, known: known, pagesTell: { try pagesTell($0) }
        ) {
            try content(of: seen.id)
        }
        switch finding {
        case .unchanged:
            summary.unchanged += 1
            if known?.presence != presence { try set(presence, of: seen.id) }
        case .seenAgain:
            summary.unchanged += 1
            if known?.presence != presence { try set(presence, of: seen.id) }
            try db.cachedStatement(
                sql: "UPDATE known_record SET fingerprint = ? WHERE resource_id = ? AND record_id = ?"
            ).execute(arguments: [seen.fingerprint.bytes.stored, resource, seen.id])
        case .seenInPage:
            summary.unchanged += 1
            try remember(seen, over: known, version: known?.version ?? 0, presence: presence)
        case .learned:
            summary.learned += 1
            try remember(seen, over: known, version: 0, presence: presence)
        case .changed(let change):
            if change.kind == .created { summary.created += 1 } else { summary.updated += 1 }
            let version = (known?.version ?? 0) + 1
            let before = endpoints.contains(where: \.rules.coalesces) ? try content(of: seen.id) : nil
            try remember(seen, over: known, version: version, presence: presence)
            try announce(change, version: version, before: before)
        }
    }

    func summaryOfKnown(_ id: RecordID) throws -> KnownSummary? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT version, presence, fingerprint, EXISTS (
                        SELECT 1 FROM record_read_by_id AS by_id WHERE by_id.resource_id = known_record.resource_id
                            AND by_id.record_id = known_record.record_id)
                    FROM known_record WHERE resource_id = ? AND record_id = ?
                    """),
            arguments: [resource, id])
        guard let row else { return nil }
        // A fingerprint that was damaged equals nothing: the record is compared by its content.
        let fingerprint = Fingerprint(bytes: row.bytes("fingerprint")) ?? Fingerprint(of: [])
        return KnownSummary(
            version: row[0], fingerprint: fingerprint, presence: Presence(rawValue: row[1]) ?? .listed,
            answer: row[3] ? .byID : .page)
    }

    func content(of id: RecordID) throws -> [UInt8] {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT content FROM known_record WHERE resource_id = ? AND record_id = ?"),
            arguments: [resource, id])
        return row?.bytes("content") ?? []
    }

    /// Whether some of the known records have this member, as pages tell them.
    func pagesTell(_ member: String) throws -> Bool {
        let path = FieldPath(member)
        let contents = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT content FROM known_record WHERE resource_id = ?1 AND NOT EXISTS (
                        SELECT 1 FROM record_read_by_id AS by_id WHERE by_id.resource_id = ?1
                            AND by_id.record_id = known_record.record_id) LIMIT ?2
                    """),
            arguments: [resource, Limits.recordsAskedForAMember])
        while let row = try contents.next() {
            let value = (try? RawRecord.read(row.bytes("content")))?.value(at: path)
            if let value, !value.isNull { return true }
        }
        return false
    }

    private func remember(_ seen: SeenRecord, over known: KnownSummary?, version: Int, presence: Presence) throws {
        let answer = page.sighting.answer
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
            arguments: [
                resource, seen.id, version, presence.rawValue, seen.fingerprint.bytes.stored, seen.record.bytes.stored,
            ])
    }

    /// - Parameter before: the record's state before the change; nil where nobody asks for it.
    func announce(_ change: Change, version: Int, before: [UInt8]? = nil) throws {
        let sequence = try db.nextNumber(
            "UPDATE event_counter SET last_sequence = last_sequence + 1 RETURNING last_sequence")
        let id = EventID.make(
            account: account.identity, resource: plan.name, record: change.recordID, version: version,
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
            arguments: [
                sequence, id, resource, change.recordID, "\(plan.typeName).\(change.kind.rawValue)", detectedAt,
                body.stored,
            ])
        let event = NumberedEvent(
            sequence: sequence, id: id, resource: resource, plan: plan, change: change, detectedAt: detectedAt,
            before: before)
        try db.enqueue(event, body: body, to: endpoints, besides: claims, at: now)
    }
}
