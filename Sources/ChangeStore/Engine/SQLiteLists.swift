// What is shown of an account, as it is read.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func listedEvents(_ types: [EventTypePattern], limit: Int) throws -> [ListedEvent] {
        let cursor = try Row.fetchCursor(
            db, sql: Self.listedEvents + " WHERE sequence BETWEEN ? AND ? ORDER BY sequence DESC",
            arguments: [rows.keys.lowerBound, rows.keys.upperBound]
        ).map { [rows] in ListedEvent($0, rows) }.filter { event in
            types.isEmpty || types.contains { $0.matches(event.type) }
        }
        return try Array(cursor.prefix(limit))
    }

    func listedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [ListedEvent] {
        var (events, read): ([ListedEvent], Int) = ([], 0)
        let cursor = try Row.fetchCursor(
            db, sql: Self.listedEvents + " WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
            arguments: [rows.key(of: sequence), rows.keys.upperBound, limit])
        while read < bytes, let row = try cursor.next() {
            let event = ListedEvent(row, rows)
            read += event.body.count
            events.append(event)
        }
        return events
    }

    func listedEvent(id: String) throws -> ListedEvent? {
        try Row.fetchOne(
            db, sql: Self.listedEvents + " WHERE event.id = ? AND sequence BETWEEN ? AND ?",
            arguments: [id, rows.keys.lowerBound, rows.keys.upperBound]
        ).map { ListedEvent($0, rows) }
    }

    func listedEvent(sequence: Int) throws -> ListedEvent? {
        try Row.fetchOne(
            db, sql: Self.listedEvents + " WHERE sequence = ?", arguments: [rows.key(of: sequence)]
        ).map { ListedEvent($0, rows) }
    }

    func firstSequence() throws -> Int? {
        try number(
            "SELECT min(sequence) FROM event WHERE sequence BETWEEN ? AND ?",
            [rows.keys.lowerBound, rows.keys.upperBound]
        ).map(rows.sequence)
    }

    func listedDeliveries(_ filter: ListFilter) throws -> [ListedDelivery] {
        var conditions = ["endpoint.account_id = ?"]
        var arguments: StatementArguments = [rows.account]
        if let state = filter.state {
            // Written out, so that the index of that state is found.
            conditions.append("delivery.state = '\(state.stored)'")
        }
        if let endpoint = filter.endpoint {
            conditions.append("endpoint.name = ?")
            arguments += [endpoint]
        }
        if let id = filter.eventID {
            conditions.append("event.id = ?")
            arguments += [id]
        }
        let cursor = try Row.fetchCursor(
            db,
            sql: Self.listedDeliveries + " WHERE \(conditions.joined(separator: " AND ")) ORDER BY delivery.id DESC",
            arguments: arguments
        ).map { [rows] in try ListedDelivery($0, rows) }.filter { delivery in
            filter.types.isEmpty || filter.types.contains { $0.matches(delivery.type) }
        }
        return try Array(cursor.prefix(filter.limit))
    }

    func shownDelivery(_ id: Int64) throws -> ShownDelivery? {
        guard
            let row = try Row.fetchOne(
                db, sql: Self.listedDeliveries + " WHERE delivery.id = ? AND endpoint.account_id = ?",
                arguments: [id, rows.account])
        else { return nil }
        let body = try Row.fetchOne(
            db,
            sql: """
                SELECT unpacked(coalesce(fold.body, event.body)) AS body FROM delivery
                JOIN event ON event.sequence = event_sequence LEFT JOIN fold ON delivery_id = delivery.id
                WHERE delivery.id = ?
                """,
            arguments: [id])
        let attempts = try Row.fetchAll(
            db, sql: "SELECT * FROM attempt WHERE delivery_id = ? ORDER BY number", arguments: [id])
        return ShownDelivery(
            delivery: try ListedDelivery(row, rows), attempts: attempts.map(ListedAttempt.init),
            body: body?.bytes("body") ?? [])
    }

    private static let listedEvents = """
        SELECT sequence, event.id, type, record_id, detected_at, unpacked(body) AS body,
            coalesce(resource.called, resource.name) AS resource
        FROM event JOIN resource ON resource.id = resource_id
        """

    private static let listedDeliveries = """
        SELECT delivery.*, endpoint.name AS endpoint, event.id AS event_id, event.record_id, event.detected_at,
            coalesce(resource.called, resource.name) AS resource, coalesce(fold.type, event.type) AS type,
            (SELECT coalesce(failure, status) FROM attempt WHERE delivery_id = delivery.id
                ORDER BY number DESC LIMIT 1) AS last_result
        FROM delivery JOIN event ON event.sequence = event_sequence JOIN endpoint ON endpoint.id = endpoint_id
        JOIN resource ON resource.id = resource_id LEFT JOIN fold ON fold.delivery_id = delivery.id
        """
}

extension ListedDelivery {
    fileprivate init(_ row: Row, _ rows: AccountRows) throws {
        let state = try DeliveryState(of: row, delivery: row["id"])
        self.init(
            id: row["id"], endpoint: row["endpoint"], eventID: row["event_id"],
            sequence: rows.sequence(at: row["event_sequence"]), endpointSequence: row["endpoint_sequence"],
            type: row["type"], resource: row["resource"], record: row["record_id"], state: state,
            isReplay: row["is_replay"], attempts: row["attempts"], detectedAt: row["detected_at"],
            dueAt: state == .pending ? row["due_at"] : nil, settledAt: row["settled_at"],
            lastResult: (row["last_result"] as DatabaseValue).shown)
    }
}

extension DatabaseValue {
    fileprivate var shown: String? {
        switch storage {
        case .int64(let number): String(number)
        case .string(let text): text
        default: nil
        }
    }
}

extension ListedAttempt {
    init(_ row: Row) {
        self.init(
            number: row["number"], startedAt: row["started_at"], duration: .microseconds(row["duration"]),
            phases: (row["phases"] as String?).flatMap(StoredPhases.value) ?? AttemptPhases(), status: row["status"],
            failure: row["failure"], detail: row["detail"], answer: row.bytes("answer"))
    }
}

extension ListedEvent {
    fileprivate init(_ row: Row, _ rows: AccountRows) {
        self.init(
            sequence: rows.sequence(at: row["sequence"]), id: row["id"], type: row["type"], resource: row["resource"],
            record: row["record_id"], detectedAt: row["detected_at"], body: row.bytes("body"))
    }
}
