// Changes without a stamp: kept while their reading goes on, then told or held, and what becomes of those that were held.

import ChangeFeed
import GRDB

extension RecordWriter {
    /// The bytes are others and nothing is to be told.
    func sawAgain(_ seen: SeenRecord) throws {
        try forgetUnstamped(seen.id)
        try noteFingerprint(seen.fingerprint, of: seen.id)
        if let updatedDate = plan.updatedDate { try noteStamp(seen.record.instant(of: updatedDate), of: seen.id) }
    }

    private func noteFingerprint(_ fingerprint: Fingerprint, of id: RecordID) throws {
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

    /// Keeps a change until its reading ends. One that is about to be told is told as it is now.
    func keep(
        unstamped change: Change, _ seen: SeenRecord, of reading: Reading, exceptIn ignored: [IgnoredField]
    ) throws {
        try noteFingerprint(seen.fingerprint, of: seen.id)
        try db.cachedStatement(
            sql: """
                INSERT INTO unstamped_change (resource_id, record_id, reading, state, content) VALUES (?, ?, ?, 'open', ?)
                ON CONFLICT (resource_id, record_id) DO UPDATE SET
                    reading = excluded.reading, content = excluded.content, held_since = NULL,
                    state = iif(state = 'telling', 'telling', 'open')
                """
        ).execute(arguments: [resource, seen.id, reading.rawValue, seen.record.bytes.stored])
        try db.cachedStatement(sql: "DELETE FROM unstamped_path WHERE resource_id = ? AND record_id = ?")
            .execute(arguments: [resource, seen.id])
        let paths = (change.changes ?? []).map(\.path).filter { path in !ignored.contains { $0.covers(path) } }
        for path in paths {
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO unstamped_path (resource_id, record_id, path) VALUES (?, ?, ?)"
            ).execute(arguments: [resource, seen.id, path])
        }
    }

    /// A reading has ended: what it found is to be told, but for what so many records share that nobody has edited them.
    ///
    /// - Returns: what is held from now on; nil: nothing that was not held before.
    func judgeUnstamped(foundBy reading: Reading) throws -> HeldChanges? {
        guard try count("state = 'open' AND reading = ?", [reading.rawValue]) > 0 else { return nil }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT path, count(*), max(state = 'held') FROM unstamped_change
                JOIN unstamped_path USING (resource_id, record_id)
                WHERE resource_id = ?1 AND (state = 'held' OR (state = 'open' AND reading = ?2)) GROUP BY path
                """,
            arguments: [resource, reading.rawValue])
        let found = UnstampedChanges(
            recordsByPath: Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) }),
            heldPaths: Set(rows.filter { $0[2] }.map { $0[0] }),
            among: try db.countKnown("presence = 0", ofResource: resource, []))
        let held = try hold(found.pathsToHold, foundBy: reading)
        try db.execute(
            sql: """
                UPDATE unstamped_change SET state = 'telling' WHERE resource_id = ? AND state = 'open' AND reading = ?
                """,
            arguments: [resource, reading.rawValue])
        guard held > 0 else { return nil }
        return HeldChanges(
            records: try count("state = 'held'", []), among: found.among, paths: try db.heldPaths(ofResource: resource))
    }

    private func hold(_ paths: Set<String>, foundBy reading: Reading) throws -> Int {
        guard !paths.isEmpty else { return 0 }
        let marks = paths.map { _ in "?" }.joined(separator: ",")
        try db.execute(
            sql: """
                UPDATE unstamped_change SET state = 'held', held_since = ?
                WHERE resource_id = ? AND state = 'open' AND reading = ? AND NOT EXISTS (
                    SELECT 1 FROM unstamped_path AS path WHERE path.resource_id = unstamped_change.resource_id
                        AND path.record_id = unstamped_change.record_id AND path.path NOT IN (\(marks)))
                """,
            arguments: StatementArguments([now]) + [resource, reading.rawValue] + StatementArguments(paths.sorted()))
        return db.changesCount
    }

    private func count(_ condition: String, _ arguments: StatementArguments) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM unstamped_change WHERE resource_id = ? AND \(condition)",
            arguments: [resource] + arguments) ?? 0
    }

    /// Tells, or learns, of what is to be told or learned at most so many.
    func settleUnstamped(limit: Int) throws -> (settled: Int, told: Int) {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT record_id, state, content FROM unstamped_change
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

extension ChangeStore {
    /// Tells, or learns silently, changes that were held or that are too many for one transaction, of each resource at
    /// most `limit`.
    ///
    /// - Parameter plans: of the resources; what belongs to others waits until they are configured again.
    /// - Returns: how many were settled, and how many of them are events.
    package func settleUnstamped(
        of account: StoredAccount, _ plans: [ResourcePlan], to endpoints: [StoredEndpoint], limit: Int,
        detectedAt: Instant, at now: Instant
    ) throws -> (settled: Int, told: Int) {
        let waiting = "SELECT resource_id FROM unstamped_change WHERE state IN ('telling', 'learning')"
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
                    eventName: ResourceName(row["event_name"]), endpoints: endpoints, claims: claims,
                    detectedAt: detectedAt, now: now)
                let done = try writer.settleUnstamped(limit: limit)
                return (sum.0 + done.settled, sum.1 + done.told)
            }
        }
    }
}
