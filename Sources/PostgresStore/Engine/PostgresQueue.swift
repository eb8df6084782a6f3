// The log and the queues, as verbs on them read them.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func lastSequence() throws -> Int {
        guard let last = try small(.account).account?.int("last_sequence") else {
            throw StoreFailure(.failing, cause: "the account \(link.account) is missing from the state store")
        }
        return last
    }

    func lastNumber(ofEndpoint endpoint: Int64) throws -> Int {
        guard let last = try small(.endpoints).lastNumbers[endpoint] else {
            throw StoreFailure(.failing, cause: "the endpoint \(endpoint) is missing from the state store")
        }
        return last
    }

    func openTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        try tails(
            "\(schema).delivery WHERE state IN ('pending', 'waiting') AND account_id = $1", of: endpoint, keys,
            about: [.deliveries])
    }

    func deadTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        try tails(
            """
            \(schema).delivery JOIN \(schema).fold USING (account_id)
            WHERE delivery_id = id AND state = 'dead' AND NOT is_passed_on AND account_id = $1
            """, of: endpoint, keys, about: [.deliveries, .folds])
    }

    private func tails(
        _ rows: String, of endpoint: Int64, _ keys: [String], about areas: Set<Area>
    ) throws -> [String: Int64] {
        guard !keys.isEmpty else { return [:] }
        let tails = try ask(
            "last deliveries of keys",
            """
            SELECT order_key, max(id) AS last FROM \(rows) AND endpoint_id = $2 AND order_key = ANY($3) GROUP BY order_key
            """, [.int8(endpoint), .utf8(keys)], about: areas)
        return Dictionary(
            try tails.map {
                (String(decoding: try $0.value("order_key", as: [UInt8].self), as: UTF8.self), try $0.value("last"))
            },
            uniquingKeysWith: { first, _ in first })
    }

    func queued(_ deliveries: [Int64]) throws -> [Int64: QueuedDelivery] {
        guard !deliveries.isEmpty else { return [:] }
        let rows = try ask(
            "deliveries", "SELECT \(Self.queuedColumns) FROM \(schema).delivery WHERE account_id = $1 AND id = ANY($2)",
            [.numbers(deliveries)], about: [.deliveries])
        return Dictionary(
            try rows.map { (try $0.value("id"), try QueuedDelivery($0)) }, uniquingKeysWith: { first, _ in first })
    }

    func followers(of deliveries: [Int64]) throws -> [Int64: QueuedDelivery] {
        guard !deliveries.isEmpty else { return [:] }
        let rows = try ask(
            "deliveries behind others",
            """
            SELECT this.id AS this, next.* FROM \(schema).delivery AS this CROSS JOIN LATERAL (
                SELECT \(Self.queuedColumns) FROM \(schema).delivery
                WHERE account_id = $1 AND endpoint_id = this.endpoint_id AND order_key = this.order_key
                    AND state IN ('pending', 'waiting') AND id <> this.id
                -- By the index of keys: in that of numbers, all that is open would be gone through.
                ORDER BY id + 0 LIMIT 1) AS next
            WHERE this.account_id = $1 AND this.id = ANY($2)
            """, [.numbers(deliveries)], about: [.deliveries])
        return Dictionary(
            try rows.map { (try $0.value("this"), try QueuedDelivery($0)) }, uniquingKeysWith: { first, _ in first })
    }

    static let queuedColumns = "id, endpoint_id, state, attempts, endpoint_sequence"

    func told(by deliveries: [Int64]) throws -> [Int64: ToldDelivery] {
        guard !deliveries.isEmpty else { return [:] }
        let rows = try ask(
            "what deliveries tell",
            """
            SELECT delivery.id AS id, event.resource_id AS resource, event_sequence, event.type AS event_type, attempts,
                attempts_before, endpoint_sequence IS NOT NULL AS is_numbered, is_replay, base, updated_field,
                fold.type AS told_type, coalesce(fold.body, event.body) AS body, fold.body IS NOT NULL AS is_told_otherwise
            FROM \(schema).delivery
            JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            JOIN \(schema).fold ON fold.account_id = $1 AND fold.delivery_id = delivery.id
            WHERE delivery.account_id = $1 AND delivery.id = ANY($2)
            """, [.numbers(deliveries)], about: [.deliveries, .folds, .log])
        var told: [Int64: ToldDelivery] = [:]
        for row in rows {
            let body = try row.unpacked("body", by: packing)
            let id: Int64 = try row.value("id")
            told[id] = ToldDelivery(
                id: id, resource: try row.value("resource"), eventSequence: try row.int("event_sequence"),
                eventType: try row.value("event_type"), attempts: try row.int("attempts"),
                attemptsBefore: try row.int("attempts_before"), isNumbered: try row.value("is_numbered"),
                isReplay: try row.value("is_replay"), base: try row.unpacked("base", by: packing),
                updatedField: try row.optional("updated_field", as: String.self).flatMap(StoredFieldPath.value),
                toldType: try row.optional("told_type"), body: body,
                toldBody: try row.value("is_told_otherwise") ? body : nil)
        }
        return told
    }

    func depth(of endpoint: Int64) throws -> QueueDepth {
        let row = try ask(
            "depth of the queue",
            """
            SELECT (SELECT count(*) FROM \(schema).delivery WHERE account_id = $1 AND endpoint_id = $2
                    AND state IN ('pending', 'waiting')) AS open,
                (SELECT count(*) FROM \(schema).delivery WHERE account_id = $1 AND endpoint_id = $2
                    AND state = 'dead') AS dead
            """, [.int8(endpoint)], about: [.deliveries])[0]
        return QueueDepth(open: try row.int("open"), dead: try row.int("dead"))
    }

    func lackingDictionaries(_ deliveries: [Int64]) throws -> Set<Int64> {
        guard !deliveries.isEmpty, let given = try small(.account).account?.int("last_dictionary"), given > 0 else {
            return []
        }
        let rows = try ask(
            "bodies of deliveries",
            """
            SELECT delivery.id AS id, substr(coalesce(fold.body, event.body), 1, \(PackedForm.headBytes)) AS head
            FROM \(schema).delivery
            JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            LEFT JOIN \(schema).fold ON fold.account_id = $1 AND fold.delivery_id = delivery.id
            WHERE delivery.account_id = $1 AND delivery.id = ANY($2)
            """, [.numbers(deliveries)], about: [.deliveries, .folds, .log])
        var lacking: Set<Int64> = []
        for row in rows {
            // A number that was never given out is the row's damage.
            let form = try row.value("head", as: [UInt8].self).withUnsafeBytes { PackedForm(of: $0) }
            guard case .byDictionary(let number, _) = form, number <= given, !packing.knows(number) else { continue }
            lacking.insert(try row.value("id"))
        }
        return lacking
    }
}

extension QueuedDelivery {
    init(_ row: PostgreSQLRow) throws {
        let id: Int64 = try row.value("id")
        self.init(
            id: id, endpoint: try row.value("endpoint_id"), state: try DeliveryState(row, delivery: id),
            attempts: try row.int("attempts"), number: try row.optionalInt("endpoint_sequence"))
    }
}

extension DeliveryState {
    /// Of a row with a column `state`.
    init(_ row: PostgreSQLRow, delivery id: Int64) throws {
        guard let state = DeliveryState(stored: try row.value("state")) else {
            throw UnreadableRow("state", of: "delivery", "\(id)")
        }
        self = state
    }
}
