// What is shown of an account, as it is read.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func listedEvents(_ types: [EventTypePattern], limit: Int) throws -> [ListedEvent] {
        try matching(types, limit: limit, type: \.type) { size, last in
            try events(
                "AND ($2::bigint IS NULL OR sequence < $2) ORDER BY sequence DESC LIMIT $3",
                [.int(last?.sequence), .int(size)])
        }
    }

    /// Rows of the types in their order, looked through in parts where there are others between them.
    private func matching<Row>(
        _ types: [EventTypePattern], limit: Int, type: KeyPath<Row, String>, _ page: (_ size: Int, Row?) throws -> [Row]
    ) throws -> [Row] {
        let size = types.isEmpty ? limit : max(limit, Self.rowsLookedThrough)
        var (found, last): ([Row], Row?) = ([], nil)
        while found.count < limit {
            let rows = try page(size, last)
            found += rows.filter { row in types.isEmpty || types.contains { $0.matches(row[keyPath: type]) } }
            last = rows.last
            if rows.count < size { break }
        }
        return Array(found.prefix(limit))
    }

    private static let rowsLookedThrough = 200

    func listedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [ListedEvent] {
        var (listed, read, last): ([ListedEvent], Int, Int) = ([], 0, sequence)
        // In parts, since nobody knows beforehand how large they are.
        while listed.count < limit, read < bytes {
            let size = min(limit - listed.count, Self.rowsLookedThrough)
            let part = try events("AND sequence > $2 ORDER BY sequence LIMIT $3", [.int(last), .int(size)])
            for event in part where read < bytes {
                read += event.body.count
                listed.append(event)
            }
            last = part.last?.sequence ?? last
            if part.count < size { break }
        }
        return listed
    }

    func listedEvent(id: String) throws -> ListedEvent? {
        // No event has such an id, and PostgreSQL would refuse to look.
        guard !id.utf8.contains(0) else { return nil }
        return try events("AND event.id = $2", [.text(id)]).first
    }

    func listedEvent(sequence: Int) throws -> ListedEvent? { try events("AND sequence = $2", [.int(sequence)]).first }

    private func events(_ condition: String, _ parameters: [PostgreSQLValue]) throws -> [ListedEvent] {
        try ask(
            "events",
            """
            SELECT sequence, event.id AS id, type, record_key, detected_at, body, coalesce(called, name) AS resource
            FROM \(schema).event JOIN \(schema).resource ON resource.account_id = $1 AND resource.id = resource_id
            WHERE event.account_id = $1 \(condition)
            """, parameters, about: [.log, .resources]
        ).map { row in
            ListedEvent(
                sequence: try row.int("sequence"), id: try row.value("id"), type: try row.value("type"),
                resource: try row.value("resource"), record: try row.recordID("record_key"),
                detectedAt: try row.instant("detected_at"), body: try row.unpacked("body", by: packing))
        }
    }

    func firstSequence() throws -> Int? {
        try ask(
            "first event", "SELECT min(sequence) AS first FROM \(schema).event WHERE account_id = $1", about: [.log])[0]
            .optionalInt("first")
    }

    func listedDeliveries(_ filter: ListFilter) throws -> [ListedDelivery] {
        guard ![filter.endpoint, filter.eventID].contains(where: { $0?.utf8.contains(0) ?? false }) else { return [] }
        var conditions: [String] = []
        var parameters: [PostgreSQLValue] = []
        // Written out, so that the index of that state is found.
        if let state = filter.state { conditions.append("state = '\(state.stored)'") }
        if let endpoint = filter.endpoint {
            parameters.append(.text(endpoint))
            conditions.append("endpoint.name = $\(parameters.count + 1)")
        }
        if let id = filter.eventID {
            parameters.append(.text(id))
            conditions.append("event.id = $\(parameters.count + 1)")
        }
        return try matching(filter.types, limit: filter.limit, type: \.type) { size, last in
            try deliveries(
                conditions + (last.map { ["delivery.id < \($0.id)"] } ?? []),
                parameters, "ORDER BY delivery.id DESC LIMIT \(size)")
        }
    }

    private func deliveries(
        _ conditions: [String], _ parameters: [PostgreSQLValue], _ end: String
    ) throws -> [ListedDelivery] {
        let condition = conditions.map { "AND \($0) " }.joined()
        return try ask(
            "deliveries",
            """
            SELECT delivery.id AS id, endpoint.name AS endpoint, event.id AS event_id, event_sequence, endpoint_sequence,
                coalesce(fold.type, event.type) AS type, coalesce(resource.called, resource.name) AS resource, record_key,
                state, is_replay, attempts, detected_at, due_at, settled_at, (
                    SELECT coalesce(failure, status::text) FROM \(schema).attempt
                    WHERE attempt.account_id = $1 AND delivery_id = delivery.id ORDER BY number DESC LIMIT 1) AS last_result
            FROM \(schema).delivery
            JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            JOIN \(schema).endpoint ON endpoint.account_id = $1 AND endpoint.id = endpoint_id
            JOIN \(schema).resource ON resource.account_id = $1 AND resource.id = resource_id
            LEFT JOIN \(schema).fold ON fold.account_id = $1 AND fold.delivery_id = delivery.id
            WHERE delivery.account_id = $1 \(condition) \(end)
            """, parameters, about: [.deliveries, .log, .folds, .attempts, .endpoints, .resources]
        ).map(ListedDelivery.init)
    }

    func shownDelivery(_ id: Int64) throws -> ShownDelivery? {
        guard let delivery = try deliveries(["delivery.id = $2"], [.int8(id)], "").first else { return nil }
        let body = try ask(
            "body of a delivery",
            """
            SELECT coalesce(fold.body, event.body) AS body FROM \(schema).delivery
            JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            LEFT JOIN \(schema).fold ON fold.account_id = $1 AND fold.delivery_id = delivery.id
            WHERE delivery.account_id = $1 AND delivery.id = $2
            """, [.int8(id)], about: [.deliveries, .log, .folds])
        let attempts = try ask(
            "attempts", "SELECT * FROM \(schema).attempt WHERE account_id = $1 AND delivery_id = $2 ORDER BY number",
            [.int8(id)], about: [.attempts])
        return ShownDelivery(
            delivery: delivery, attempts: try attempts.map(ListedAttempt.init),
            body: try body.first?.unpacked("body", by: packing) ?? [])
    }
}

extension ListedDelivery {
    fileprivate init(_ row: PostgreSQLRow) throws {
        let id: Int64 = try row.value("id")
        let state = try DeliveryState(row, delivery: id)
        self.init(
            id: id, endpoint: try row.value("endpoint"), eventID: try row.value("event_id"),
            sequence: try row.int("event_sequence"), endpointSequence: try row.optionalInt("endpoint_sequence"),
            type: try row.value("type"), resource: try row.value("resource"), record: try row.recordID("record_key"),
            state: state, isReplay: try row.value("is_replay"), attempts: try row.int("attempts"),
            detectedAt: try row.instant("detected_at"), dueAt: state == .pending ? try row.instant("due_at") : nil,
            settledAt: try row.optionalInstant("settled_at"), lastResult: try row.optional("last_result"))
    }
}

extension ListedAttempt {
    init(_ row: PostgreSQLRow) throws {
        self.init(
            number: try row.int("number"), startedAt: try row.instant("started_at"),
            duration: .microseconds(try row.value("duration", as: Int64.self)),
            phases: try row.optional("phases", as: String.self).flatMap(StoredPhases.value) ?? AttemptPhases(),
            status: try row.optionalInt("status"), failure: try row.optional("failure"),
            detail: try row.optional("detail"), answer: try row.value("answer"))
    }
}
