// An account as it is read to be carried to another store.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func fingerprintSeed() throws -> [UInt8]? {
        guard let seed = try small(.account).account?.optional("fingerprint_seed", as: [UInt8].self),
            seed.count == FingerprintKey.seedBytes
        else { return nil }
        return seed
    }

    func movedResources() throws -> [MovedResource] {
        let paces = try ask(
            "paces of resources", "SELECT id, pace FROM \(schema).resource WHERE account_id = $1 AND pace IS NOT NULL",
            about: [.resources])
        let byID = Dictionary(
            try paces.map { (try $0.value("id", as: Int64.self), try StoredPace.value(in: $0.value("pace"))) },
            uniquingKeysWith: { first, _ in first })
        return try small(.resources).resources.map { stored in
            try MovedResource(stored, pace: byID[stored.resource.id] ?? nil)
        }
    }

    func endpointRows() throws -> [EndpointRow] { try small(.endpoints).endpoints }

    func movedChanges(of resource: Int64, after serial: Int64, limit: Int) throws -> [MovedChange] {
        try ask(
            "changes without a stamp",
            """
            SELECT serial, record_key, reading, state, held_since, content, ARRAY(
                    SELECT path FROM \(schema).unstamped_path AS path WHERE path.account_id = $1 AND path.resource_id = $2
                        AND path.record_key = change.record_key) AS paths
            FROM \(schema).unstamped_change AS change
            WHERE account_id = $1 AND resource_id = $2 AND serial > $3 ORDER BY serial LIMIT $4
            """, [.int8(resource), .int8(serial), .int(limit)], about: [.unstamped]
        ).map { row in
            let id = try row.recordID("record_key")
            guard let reading = Reading(stored: try row.value("reading")),
                let state = UnstampedState(stored: try row.value("state"))
            else { throw UnreadableRow("state", of: "change without a stamp", "\(id) of resource \(resource)") }
            let paths = try row.array("paths", of: [UInt8].self).compactMap { $0 }
            return MovedChange(
                serial: try row.value("serial"), id: id, reading: reading, state: state,
                heldSince: try row.optionalInstant("held_since"), content: try row.unpacked("content", by: packing),
                paths: Set(paths.map { String(decoding: $0, as: UTF8.self) }))
        }
    }

    /// As many as their packed bodies allow, which are smaller: what one answer takes is bounded by the limit.
    func movedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [MovedEvent] {
        var (part, read): ([MovedEvent], Int) = ([], 0)
        let rows = try ask(
            "events",
            """
            SELECT sequence, id, resource_id, record_key, type, detected_at, body FROM \(schema).event
            WHERE account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
            """, [.int(sequence), .int(limit)], about: [.log])
        for row in rows where read < bytes {
            let event = EventWrite(
                sequence: try row.int("sequence"), id: try row.value("id"), record: try row.recordID("record_key"),
                type: try row.value("type"), detectedAt: try row.instant("detected_at"),
                body: try row.unpacked("body", by: packing))
            read += event.body.count
            part.append(MovedEvent(event, of: try row.value("resource_id")))
        }
        return part
    }

    func movedDeliveries(after number: Int64, limit: Int) throws -> [MovedDelivery] {
        let deliveries = try ask(
            "deliveries",
            """
            SELECT delivery.*, event.resource_id, fold.delivery_id IS NOT NULL AS has_fold, base, updated_field,
                fold.type AS told_type, fold.body AS told_body, coalesce(is_passed_on, false) AS is_passed_on
            FROM \(schema).delivery
            JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            LEFT JOIN \(schema).fold ON fold.account_id = $1 AND fold.delivery_id = delivery.id
            WHERE delivery.account_id = $1 AND delivery.id > $2 ORDER BY delivery.id LIMIT $3
            """, [.int8(number), .int(limit)], about: [.deliveries, .log, .folds])
        let ids = try deliveries.map { try $0.value("id", as: Int64.self) }
        let attempts = try ask(
            "attempts",
            """
            SELECT * FROM \(schema).attempt WHERE account_id = $1 AND delivery_id = ANY($2) ORDER BY delivery_id, number
            """, [.numbers(ids)], about: [.attempts])
        var logs: [Int64: [ListedAttempt]] = [:]
        for row in attempts { logs[try row.value("delivery_id"), default: []].append(try ListedAttempt(row)) }
        return try zip(ids, deliveries).map { id, row in
            try MovedDelivery(row, id, packing, log: logs[id] ?? [])
        }
    }
}

extension MovedResource {
    fileprivate init(_ stored: SmallState.Resource, pace: ResourcePace?) throws {
        var source: RecordSource?
        if let object = try stored.row.optional("object", as: String.self),
            let idField = try stored.row.optional("id_field", as: String.self)
        {
            source = RecordSource(object: object, idField: idField)
        }
        let isContacted = try stored.row.optionalInstant("cursor") != nil
        self.init(
            id: stored.resource.id, name: stored.resource.name,
            called: try stored.row.optional("called", as: String.self).map(ResourceName.init),
            eventName: stored.resource.eventName, source: source,
            setAsideAt: try stored.row.optionalInstant("set_aside_at"),
            progress: isContacted ? try ResourceProgress(stored.row) : nil, pace: pace)
    }
}

extension MovedDelivery {
    fileprivate init(_ row: PostgreSQLRow, _ id: Int64, _ packing: Packing, log: [ListedAttempt]) throws {
        let spacing = try row.optional("replay_spacing", as: Int64.self)
        let key = try row.optional("order_key", as: [UInt8].self)
        let delivery = DeliveryWrite(
            id: id, endpoint: try row.value("endpoint_id"), eventSequence: try row.int("event_sequence"),
            type: try row.value("event_type"), number: try row.optionalInt("endpoint_sequence"),
            key: key.map { String(decoding: $0, as: UTF8.self) },
            replaySpacing: try row.value("is_replay") ? .microseconds(spacing ?? 0) : nil,
            state: try DeliveryState(row, delivery: id), dueAt: try row.instant("due_at"))
        var fold: MovedFold?
        if try row.value("has_fold") {
            let base = try row.unpacked("base", by: packing)
            let hasBody = try row.optional("told_body", as: [UInt8].self) != nil
            fold = MovedFold(
                base: .init(
                    content: base.isEmpty ? nil : base,
                    updatedField: try row.optional("updated_field", as: String.self).flatMap(StoredFieldPath.value)),
                // A body that cannot be read is none of its event's.
                told: .init(
                    type: try row.optional("told_type"),
                    body: hasBody ? try row.unpacked("told_body", by: packing) : nil),
                isPassedOn: try row.value("is_passed_on"))
        }
        self.init(
            delivery, attempts: try row.int("attempts"), attemptsBefore: try row.int("attempts_before"),
            settledAt: try row.optionalInstant("settled_at"), of: try row.value("resource_id"), fold: fold, log: log)
    }
}
