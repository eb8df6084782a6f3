// The log and the queues, as replays and what is given up read them.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func lastDeliveries(of sequences: [Int], to endpoint: Int64) throws -> [Int: QueuedDelivery] {
        guard !sequences.isEmpty else { return [:] }
        let rows = try ask(
            "last deliveries of events",
            """
            SELECT DISTINCT ON (event_sequence) event_sequence, \(Self.queuedColumns) FROM \(schema).delivery
            WHERE account_id = $1 AND endpoint_id = $2 AND event_sequence = ANY($3) ORDER BY event_sequence, id DESC
            """, [.int8(endpoint), .sequences(sequences)], about: [.deliveries])
        return Dictionary(
            try rows.map { (try $0.int("event_sequence"), try QueuedDelivery($0)) },
            uniquingKeysWith: { first, _ in first })
    }

    func bodies(ofEvents sequences: [Int]) throws -> [Int: [UInt8]] {
        guard !sequences.isEmpty else { return [:] }
        let rows = try ask(
            "bodies of events",
            "SELECT sequence, body FROM \(schema).event WHERE account_id = $1 AND sequence = ANY($2)",
            [.sequences(sequences)], about: [.log])
        return Dictionary(
            try rows.map { (try $0.int("sequence"), try $0.unpacked("body", by: packing)) },
            uniquingKeysWith: { first, _ in first })
    }

    func events(_ selection: ReplaySelection, after: Int, through: Int) throws -> [LoggedEvent] {
        var conditions = ["sequence > $2", "sequence <= $3"]
        var parameters: [PostgreSQLValue] = [.int(after), .int(through)]
        func require(_ condition: String, _ values: PostgreSQLValue...) {
            var condition = condition
            for value in values {
                parameters.append(value)
                condition = condition.replacing("?", with: "$\(parameters.count + 1)", maxReplacements: 1)
            }
            conditions.append(condition)
        }
        if let range = selection.sequences {
            require("sequence BETWEEN ? AND ?", .int(range.lowerBound), .int(range.upperBound))
        }
        if let from = selection.from { require("detected_at >= ?", .instant(from)) }
        if let until = selection.until { require("detected_at < ?", .instant(until)) }
        if !selection.eventIDs.isEmpty {
            require("event.id = ANY(?)", PostgreSQLValue(array: selection.eventIDs.map(Optional.init)))
        }
        if selection.isOfDeadLetters {
            conditions.append(
                """
                EXISTS (SELECT FROM \(schema).delivery WHERE delivery.account_id = $1 AND event_sequence = sequence
                    AND state = 'dead')
                """)
        }
        let rows = try ask(
            "events of the log",
            """
            SELECT sequence, type, resource_id, record_key, coalesce(called, name) AS resource
            FROM \(schema).event JOIN \(schema).resource ON resource.account_id = $1 AND resource.id = resource_id
            WHERE event.account_id = $1 AND \(conditions.joined(separator: " AND ")) ORDER BY sequence
            """, parameters, about: [.log, .deliveries, .resources])
        return try rows.map { row in
            LoggedEvent(
                sequence: try row.int("sequence"), type: try row.value("type"), resource: try row.value("resource_id"),
                resourceName: ResourceName(try row.value("resource", as: String.self)),
                record: try row.recordID("record_key"))
        }.filter { selection.admits(type: $0.type) }
    }

    func firstEvent(detectedSince moment: Instant) throws -> Int? {
        try ask(
            "first event of a time",
            """
            SELECT sequence FROM \(schema).event WHERE account_id = $1 AND detected_at >= $2
            ORDER BY detected_at, sequence LIMIT 1
            """, [.instant(moment)], about: [.log]
        ).first?.int("sequence")
    }

    func unnumbered(of endpoint: Int64) throws -> [Int64] {
        try ask(
            "deliveries without a number",
            """
            SELECT id FROM \(schema).delivery WHERE account_id = $1 AND endpoint_id = $2 AND endpoint_sequence IS NULL
            ORDER BY id
            """, [.int8(endpoint)], about: [.deliveries]
        ).map { try $0.value("id") }
    }

    func hasUnnumbered(of endpoint: Int64) throws -> Bool {
        try exists("endpoint_id = $2 AND endpoint_sequence IS NULL", [.int8(endpoint)])
    }

    func hasOpen(of endpoint: Int64, through last: Int64) throws -> Bool {
        try exists("endpoint_id = $2 AND state IN ('pending', 'waiting') AND id <= $3", [.int8(endpoint), .int8(last)])
    }

    private func exists(_ condition: String, _ parameters: [PostgreSQLValue]) throws -> Bool {
        try ask(
            "whether there are deliveries",
            "SELECT EXISTS (SELECT FROM \(schema).delivery WHERE account_id = $1 AND \(condition)) AS is_there",
            parameters,
            about: [.deliveries])[0].value("is_there")
    }

    func openDeliveries(of endpoint: Int64, after last: Int64, limit: Int) throws -> [OpenDelivery] {
        try ask(
            "open deliveries",
            """
            SELECT delivery.id AS id, is_replay, order_key, state, resource_id, record_key,
                endpoint_sequence IS NOT NULL AS is_numbered
            FROM \(schema).delivery JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            WHERE delivery.account_id = $1 AND endpoint_id = $2 AND state IN ('pending', 'waiting') AND delivery.id > $3
            ORDER BY delivery.id LIMIT $4
            """, [.int8(endpoint), .int8(last), .int(limit)], about: [.deliveries, .log]
        ).map { row in
            let id: Int64 = try row.value("id")
            return OpenDelivery(
                id: id, isReplay: try row.value("is_replay"),
                key: try row.optional("order_key", as: [UInt8].self).map { String(decoding: $0, as: UTF8.self) },
                state: try DeliveryState(row, delivery: id), resource: try row.value("resource_id"),
                record: try row.recordID("record_key"), isNumbered: try row.value("is_numbered"))
        }
    }

    func pendingDeliveries(
        of endpoint: Int64, through last: Int64, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [QueuedDelivery] {
        try paged(limit: limit, isLeftOut) { size, before in
            try ask(
                "pending deliveries",
                """
                SELECT \(Self.queuedColumns) FROM \(schema).delivery
                WHERE account_id = $1 AND endpoint_id = $2 AND state = 'pending' AND id <= $3 AND id > $4
                ORDER BY id LIMIT $5
                """, [.int8(endpoint), .int8(last), .int8(before?.id ?? 0), .int(size)], about: [.deliveries]
            ).map(QueuedDelivery.init)
        }
    }

    func lastOpen(of endpoint: Int64) throws -> Int64? {
        try ask(
            "last open delivery",
            """
            SELECT max(id) AS last FROM \(schema).delivery
            WHERE account_id = $1 AND endpoint_id = $2 AND state IN ('pending', 'waiting')
            """, [.int8(endpoint)], about: [.deliveries])[0].optional("last")
    }

    func deadLetters(of endpoint: Int64) throws -> DeadLetters? {
        let row = try ask(
            "dead letters",
            """
            SELECT max(id) AS last, max(settled_at) AS died_by FROM \(schema).delivery
            WHERE account_id = $1 AND endpoint_id = $2 AND state = 'dead'
            """, [.int8(endpoint)], about: [.deliveries])[0]
        return try row.optional("last", as: Int64.self).map {
            DeadLetters(through: $0, diedBy: try row.optionalInstant("died_by") ?? .distantPast)
        }
    }

    func deadLetters(of endpoint: Int64, among meant: DeadLetters, limit: Int) throws -> [Int64] {
        try ask(
            "dead letters that are meant",
            """
            SELECT id FROM \(schema).delivery WHERE account_id = $1 AND endpoint_id = $2 AND state = 'dead'
                AND (id <= $3 AND coalesce(settled_at <= $4, true) OR id <= $5)
            ORDER BY event_sequence, id LIMIT $6
            """,
            [
                .int8(endpoint), .int8(meant.through), .instant(meant.diedBy), .int8(meant.givenUpThrough ?? 0),
                .int(limit),
            ], about: [.deliveries]
        ).map { try $0.value("id") }
    }

    func firstPending(before delivery: Int64) throws -> Int64? {
        try ask(
            "first delivery of a key",
            """
            SELECT first.id AS id FROM \(schema).delivery AS this JOIN \(schema).delivery AS first
                ON first.account_id = $1 AND first.endpoint_id = this.endpoint_id AND first.order_key = this.order_key
            WHERE this.account_id = $1 AND this.id = $2 AND first.state = 'pending' ORDER BY first.id LIMIT 1
            """, [.int8(delivery)], about: [.deliveries]
        ).first?.value("id")
    }
}
