// An account as it is read to be carried to another store.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func fingerprintSeed() throws -> [UInt8]? { try db.fingerprintSeed() }

    func movedResources() throws -> [MovedResource] {
        try Row.fetchAll(db, sql: "SELECT * FROM resource WHERE account_id = ? ORDER BY id", arguments: [rows.account])
            .map(MovedResource.init(row:))
    }

    func endpointRows() throws -> [EndpointRow] {
        try Row.fetchAll(db, sql: "SELECT * FROM endpoint WHERE account_id = ? ORDER BY id", arguments: [rows.account])
            .map(EndpointRow.init(row:))
    }

    func movedChanges(of resource: Int64, after serial: Int64, limit: Int) throws -> [MovedChange] {
        let changes = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT rowid AS serial, record_id, reading, state, held_since, unpacked(content) AS content
                    FROM unstamped_change WHERE resource_id = ? AND rowid > ? ORDER BY rowid LIMIT ?
                    """),
            arguments: [resource, serial, limit])
        let ids: [RecordID] = changes.map { $0["record_id"] }
        var paths: [RecordID: Set<String>] = [:]
        try fetch(
            "SELECT record_id, path FROM unstamped_path WHERE resource_id = ? AND record_id IN \(RowSets.keys)",
            [resource], keys: ids
        ) { paths[$0[0], default: []].insert($0[1]) }
        return try changes.map { row in
            let id: RecordID = row["record_id"]
            guard let reading = Reading(stored: row["reading"]), let state = UnstampedState(stored: row["state"]) else {
                throw UnreadableRow("state", of: "change without a stamp", "\(id) of resource \(resource)")
            }
            return MovedChange(
                serial: row["serial"], id: id, reading: reading, state: state, heldSince: row["held_since"],
                content: row.bytes("content"), paths: paths[id] ?? [])
        }
    }

    func movedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [MovedEvent] {
        let cursor = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT sequence, id, resource_id, record_id, type, detected_at, unpacked(body) AS body FROM event
                    WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?
                    """),
            arguments: [rows.key(of: sequence), rows.keys.upperBound, limit])
        var (events, read): ([MovedEvent], Int) = ([], 0)
        while read < bytes, let row = try cursor.next() {
            let event = EventWrite(
                sequence: rows.sequence(at: row["sequence"]), id: row["id"], record: row["record_id"],
                type: row["type"], detectedAt: row["detected_at"], body: row.bytes("body"))
            read += event.body.count
            events.append(MovedEvent(event, of: row["resource_id"]))
        }
        return events
    }

    func movedDeliveries(after number: Int64, limit: Int) throws -> [MovedDelivery] {
        let deliveries = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT delivery.*, event.resource_id, fold.delivery_id IS NOT NULL AS has_fold,
                        fold.body IS NOT NULL AS has_body, unpacked(fold.base) AS base, updated_field, fold.type AS told_type,
                        unpacked(fold.body) AS body, is_passed_on
                    FROM delivery JOIN event ON event.sequence = event_sequence
                    LEFT JOIN fold ON fold.delivery_id = delivery.id
                    WHERE delivery.id > ? AND +event_sequence BETWEEN ? AND ? ORDER BY delivery.id LIMIT ?
                    """),
            arguments: [number, rows.keys.lowerBound, rows.keys.upperBound, limit])
        let ids: [Int64] = deliveries.map { $0["id"] }
        var attempts: [Int64: [ListedAttempt]] = [:]
        try fetch(
            "SELECT * FROM attempt WHERE delivery_id IN \(RowSets.keys) ORDER BY delivery_id, number", keys: ids
        ) { attempts[$0["delivery_id"], default: []].append(ListedAttempt($0)) }
        return try deliveries.map { try MovedDelivery($0, rows, log: attempts[$0["id"]] ?? []) }
    }
}

extension MovedResource {
    fileprivate init(row: Row) {
        var source: RecordSource?
        if let object = row["object"] as String?, let idField = row["id_field"] as String? {
            source = RecordSource(object: object, idField: idField)
        }
        let isContacted = (row["cursor"] as Instant?) != nil
        self.init(
            id: row["id"], name: ResourceName(row["name"]), called: (row["called"] as String?).map(ResourceName.init),
            eventName: (row["event_name"] as String?).map(ResourceName.init), source: source,
            setAsideAt: row["set_aside_at"], progress: isContacted ? ResourceProgress(row: row) : nil,
            pace: (row["pace"] as String?).flatMap(StoredPace.value))
    }
}

extension MovedDelivery {
    fileprivate init(_ row: Row, _ rows: AccountRows, log: [ListedAttempt]) throws {
        let id: Int64 = row["id"]
        let spacing: Int64? = row["replay_spacing"]
        let delivery = DeliveryWrite(
            id: id, endpoint: row["endpoint_id"], eventSequence: rows.sequence(at: row["event_sequence"]),
            type: row["event_type"], number: row["endpoint_sequence"], key: row["order_key"],
            replaySpacing: row["is_replay"] ? .microseconds(spacing ?? 0) : nil,
            state: try DeliveryState(of: row, delivery: id), dueAt: row["due_at"])
        var fold: MovedFold?
        if row["has_fold"] {
            let base = row.bytes("base")
            fold = MovedFold(
                base: .init(
                    content: base.isEmpty ? nil : base,
                    updatedField: (row["updated_field"] as String?).flatMap(StoredFieldPath.value)),
                // A body that cannot be read is none of its event's.
                told: .init(type: row["told_type"], body: row["has_body"] ? row.bytes("body") : nil),
                isPassedOn: row["is_passed_on"])
        }
        self.init(
            delivery, attempts: row["attempts"], attemptsBefore: row["attempts_before"], settledAt: row["settled_at"],
            of: row["resource_id"], fold: fold, log: log)
    }
}

// MARK: - Writing

extension SQLiteTransaction {
    func carryOutOfMoving(_ operation: StoreOperation) throws {
        switch operation {
        case .fingerprintSeed(let seed): try take(fingerprintSeed: seed)
        case .ledger(let ledger): try take(ledger)
        case .resource(let resource): try take(resource)
        case .unreadable(let writes, let resource): try take(unreadable: writes, of: resource)
        case .lastSequence(let last):
            try execute("UPDATE account SET last_sequence = ? WHERE id = ?", [last, rows.account])
        default: preconditionFailure("\(operation) is carried out by nothing")
        }
    }

    private func take(fingerprintSeed seed: [UInt8]?) throws {
        try execute("DELETE FROM fingerprint_key")
        guard let seed else { return }
        try execute("INSERT INTO fingerprint_key (only, seed) VALUES (1, ?)", [seed.stored])
    }

    private func take(_ ledger: QuotaLedger) throws {
        let own = ledger.buckets.flatMap { bucket, counts in counts.map { (bucket, $0.key.stored, $0.value) } }
        let all = own + ledger.others.map { ($0.key, usedByOthers, $0.value) }
        try insert("INSERT INTO request_usage (account_id, bucket, purpose, requests)", columns: 4, all) {
            [rows.account, $0.0, $0.1, $0.2]
        }
    }

    private func take(_ resource: MovedResource) throws {
        try execute(
            """
            INSERT INTO resource (id, account_id, name, called, event_name, object, id_field, set_aside_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                resource.id, rows.account, resource.name.text, resource.called?.text, resource.eventName?.text,
                resource.source?.object, resource.source?.idField, resource.setAsideAt,
            ])
    }

    private func take(unreadable writes: [RecordWrite], of resource: Int64) throws {
        try insert(
            "INSERT INTO known_record (resource_id, record_id, version, presence, fingerprint, content)", columns: 6,
            writes
        ) {
            [
                resource, $0.id, $0.after.version, $0.after.presence.stored, $0.after.fingerprint.bytes.stored,
                [UInt8]().stored,
            ]
        }
        try writeBeside(writes, of: resource)
    }
}
