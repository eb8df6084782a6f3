// Changes without a stamp: kept while their reading goes on, and told, or learned, once that is decided.

import ChangeFeed
import GRDB

extension RecordWriter {
    /// The bytes are others and nothing is to be told.
    ///
    /// What was asked for by its id may hold what cannot be compared with a page. The next page is, and so is told of:
    /// nothing is known from then on but what was announced.
    func sawAgain(_ seen: SeenRecord, in answer: AnswerKind, over known: KnownSummary?) throws {
        try forgetUnstamped(seen.id)
        guard answer == known?.answer ?? answer else {
            return try noteFingerprint(Fingerprint(of: try content(of: seen.id)[...]), of: seen.id)
        }
        try noteFingerprint(seen.fingerprint, of: seen.id)
        if let updatedDate = plan.updatedDate { try noteStamp(seen.record.instant(of: updatedDate), of: seen.id) }
    }

    func noteFingerprint(_ fingerprint: Fingerprint, of id: RecordID) throws {
        try db.cachedStatement(
            sql: "UPDATE known_record SET fingerprint = ? WHERE resource_id = ? AND record_id = ?"
        ).execute(arguments: [fingerprint.bytes.stored, resource, id])
    }

    /// - Parameter stamp: nil: the record's content has its last one.
    func noteStamp(_ stamp: Instant?, of id: RecordID) throws {
        guard let stamp else {
            return try db.cachedStatement(sql: "DELETE FROM record_stamp WHERE resource_id = ? AND record_id = ?")
                .execute(arguments: [resource, id])
        }
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO record_stamp (resource_id, record_id, stamp) VALUES (?, ?, ?)"
        ).execute(arguments: [resource, id, stamp])
    }

    func hasUnstamped(_ id: RecordID) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM unstamped_change WHERE resource_id = ? AND record_id = ?)"),
            arguments: [resource, id]) ?? false
    }

    func forgetUnstamped(_ id: RecordID) throws {
        try db.cachedStatement(sql: "DELETE FROM unstamped_change WHERE resource_id = ? AND record_id = ?")
            .execute(arguments: [resource, id])
    }

    /// Keeps a change until its reading ends, with when it was found. One that is about to be told is told as it is now.
    func keep(
        unstamped change: Change, _ seen: SeenRecord, of reading: Reading, exceptIn ignored: [IgnoredField]
    ) throws {
        try noteFingerprint(seen.fingerprint, of: seen.id)
        try db.cachedStatement(
            sql: """
                INSERT INTO unstamped_change (resource_id, record_id, reading, state, held_since, content)
                VALUES (?, ?, ?, 'open', ?, ?)
                ON CONFLICT (resource_id, record_id) DO UPDATE SET
                    reading = excluded.reading, content = excluded.content, held_since = excluded.held_since,
                    state = iif(state = 'telling', 'telling', 'open')
                """
        ).execute(arguments: try [resource, seen.id, reading.stored, now, packing.pack(seen.record.bytes)])
        try db.cachedStatement(sql: "DELETE FROM unstamped_path WHERE resource_id = ? AND record_id = ?")
            .execute(arguments: [resource, seen.id])
        let paths = (change.changes ?? []).map(\.path).filter { path in !ignored.contains { $0.covers(path) } }
        for path in paths {
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO unstamped_path (resource_id, record_id, path) VALUES (?, ?, ?)"
            ).execute(arguments: [resource, seen.id, path])
        }
    }

    /// Tells, or learns, of what is to be told or learned at most so many.
    func settleUnstamped(limit: Int) throws -> (settled: Int, told: Int) {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT record_id, state, unpacked(content) AS content FROM unstamped_change
                WHERE resource_id = ? AND state IN ('telling', 'learning') LIMIT ?
                """,
            arguments: [resource, limit])
        var told = 0
        for row in rows {
            let isTold = try settle(row["record_id"], row.bytes("content"), isTold: row["state"] == "telling")
            if isTold { told += 1 }
        }
        return (rows.count, told)
    }

    /// - Returns: whether it was told.
    private func settle(_ id: RecordID, _ content: [UInt8], isTold: Bool) throws -> Bool {
        guard let known = try summaryOfKnown(id), known.presence != .deleted,
            let record = try? RawRecord.read(content), let seen = SeenRecord(record, idField: plan.idField)
        else {
            try forgetUnstamped(id)
            // What was damaged in the store is read anew.
            try noteFingerprint(Fingerprint(of: []), of: id)
            return false
        }
        let announced = try? RawRecord.read(self.content(of: id))
        let changes = try announced.map {
            try plan.changes(from: $0, in: known.answer, to: record, in: .page, pagesTell: pagesTell)
        }
        guard isTold, changes?.isEmpty != true else {
            try remember(seen, in: .page, over: known, version: known.version, presence: known.presence)
            return false
        }
        let change = Change(
            kind: .updated, recordID: id, record: record, changedAt: plan.stamp(of: record), changes: changes)
        try tell(change, seen, in: .page, over: known, presence: known.presence)
        return true
    }
}

extension ChangeStore {
    /// Tells, or learns silently, changes that were held or that are too many for one transaction, of each resource at
    /// most `limit`.
    ///
    /// - Parameter plans: of the resources; what belongs to others waits until they are configured again.
    /// - Returns: how many were judged or settled, and how many of them are events.
    package func settleUnstamped(
        of account: StoredAccount, _ plans: [ResourcePlan], to endpoints: [StoredEndpoint], limit: Int,
        detectedAt: Instant, at now: Instant
    ) throws -> (settled: Int, told: Int) {
        let waiting = """
            SELECT resource_id FROM unstamped_change WHERE state IN ('telling', 'learning')
            UNION SELECT resource_id FROM unstamped_verdict
            """
        guard try pool.read({ try Bool.fetchOne($0, sql: "SELECT EXISTS (\(waiting))") }) ?? false else {
            return (0, 0)
        }
        return try pool.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, coalesce(event_name, name) AS event_name FROM resource
                    WHERE account_id = ? AND id IN (\(waiting))
                    """,
                arguments: [account.id])
            return try rows.reduce((0, 0)) { sum, row in
                guard let plan = plans.first(where: { $0.name.text == row["name"] }) else { return sum }
                let writer = RecordWriter(
                    db: db, account: account, plan: plan, resource: row["id"],
                    packing: RecordPacking(db: db, packing: packing, plan: plan, resource: row["id"]),
                    eventName: ResourceName(row["event_name"]), endpoints: endpoints, claims: claims,
                    detectedAt: detectedAt, now: now)
                let judged = try db.carryOnVerdicts(ofResource: row["id"], limit: Limits.decidedAtOnce)
                let done = try writer.settleUnstamped(limit: limit)
                return (sum.0 + judged + done.settled, sum.1 + done.told)
            }
        }
    }
}
