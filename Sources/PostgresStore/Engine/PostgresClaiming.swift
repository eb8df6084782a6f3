// What is due, as it is looked up.

import ChangeFeed
import EventStore
import PostgreSQLClient

extension QueueLane {
    /// Each kind has an index of its own, in which each type stands apart: so nothing that waits hides anything else,
    /// however much it is. The endpoint is `$2`.
    fileprivate func rows(in schema: String) -> String {
        "FROM \(schema).delivery WHERE account_id = $1 AND endpoint_id = $2 AND is_replay = \(isReplay) "
            + "AND state = 'pending' AND " + (wasTried ? "attempts > 0" : "attempts = 0")
    }
}

extension PostgresTransaction {
    func waitingTypes(_ lane: QueueLane) throws -> [String] {
        let types = try waiting[lane.endpoint] ?? waitingTypes(ofEndpoint: lane.endpoint)
        waiting[lane.endpoint] = types
        return types[lane] ?? []
    }

    /// Of all lanes at once: whoever asks for one asks for the others next. Each type is found by one step into the index.
    private func waitingTypes(ofEndpoint endpoint: Int64) throws -> [QueueLane: [String]] {
        let lanes = [false, true].flatMap { isReplay in
            [false, true].map { QueueLane(endpoint: endpoint, isReplay: isReplay, wasTried: $0) }
        }
        let types = lanes.enumerated().map { index, lane in
            let rows = lane.rows(in: schema)
            return """
                SELECT \(index)::bigint AS lane, ARRAY(
                    WITH RECURSIVE kind (type) AS (
                        (SELECT event_type \(rows) ORDER BY event_type LIMIT 1)
                        UNION ALL
                        SELECT (SELECT event_type \(rows) AND event_type > kind.type ORDER BY event_type LIMIT 1)
                        FROM kind WHERE kind.type IS NOT NULL)
                    SELECT type FROM kind WHERE type IS NOT NULL) AS types
                """
        }
        let rows = try ask(
            "types of deliveries", types.joined(separator: " UNION ALL "), [.int8(endpoint)], about: [.deliveries])
        return Dictionary(
            try rows.map { (lanes[try $0.int("lane")], try $0.array("types", of: String.self).compactMap { $0 }) },
            uniquingKeysWith: { first, _ in first })
    }

    func pending(
        _ lane: QueueLane, type: String, isDue: Bool, by moment: Instant, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [Admission.Candidate] {
        try paged(limit: limit, isLeftOut) { size, last in
            var parameters: [PostgreSQLValue] = [.int8(lane.endpoint), .text(type), .instant(moment), .int(size)]
            var onwards = ""
            if let last {
                parameters += [.instant(last.dueAt), .int8(last.id)]
                onwards = "AND (due_at, id) > ($6, $7)"
            }
            return try ask(
                "deliveries that wait",
                """
                SELECT id, due_at \(lane.rows(in: schema)) AND event_type = $3 AND due_at \(isDue ? "<=" : ">") $4 \(onwards)
                ORDER BY due_at, id LIMIT $5
                """, parameters, about: [.deliveries]
            ).map { Admission.Candidate(id: try $0.value("id"), dueAt: try $0.instant("due_at")) }
        }
    }

    /// Rows in their order without those that are left out, of which there may be any number.
    ///
    /// - Parameter page: at most so many, behind a row.
    func paged<Row: Identified>(
        limit: Int, _ isLeftOut: (Int64) -> Bool, _ page: (_ size: Int, _ last: Row?) throws -> [Row]
    ) throws -> [Row] {
        var taken: [Row] = []
        var last: Row?
        // What is under way is left out, and nearly always nothing else is.
        let size = limit + link.claims.count
        while taken.count < limit {
            let rows = try page(size, last)
            taken += rows.filter { !isLeftOut($0.id) }
            last = rows.last
            if rows.count < size { break }
        }
        return Array(taken.prefix(limit))
    }

    func dueDeliveries(_ ids: [Int64]) throws -> [DueDelivery] {
        guard !ids.isEmpty else { return [] }
        let rows = try ask(
            "due deliveries",
            """
            SELECT delivery.id AS id, event.id AS event_id, event.sequence AS sequence, endpoint_sequence,
                coalesce(fold.type, event.type) AS type, record_key, replay_spacing, attempts, attempts_before, due_at,
                coalesce(fold.body, event.body) AS body
            FROM \(schema).delivery
            JOIN \(schema).event ON event.account_id = $1 AND event.sequence = event_sequence
            LEFT JOIN \(schema).fold ON fold.account_id = $1 AND fold.delivery_id = delivery.id
            WHERE delivery.account_id = $1 AND delivery.id = ANY($2)
            """, [.numbers(ids)], about: [.deliveries, .folds, .log])
        var due: [Int64: DueDelivery] = [:]
        for row in rows {
            let id: Int64 = try row.value("id")
            due[id] = DueDelivery(
                id: id, eventID: try row.value("event_id"), sequence: try row.int("sequence"),
                endpointSequence: try row.optionalInt("endpoint_sequence") ?? 0, type: try row.value("type"),
                recordID: try row.recordID("record_key"),
                replaySpacing: try row.optional("replay_spacing", as: Int64.self).map { .microseconds($0) },
                attempts: try row.int("attempts"), attemptsBefore: try row.int("attempts_before"),
                dueAt: try row.instant("due_at"), body: try row.unpacked("body", by: packing))
        }
        return try ids.map { id in
            guard let delivery = due[id] else {
                throw StoreFailure(.failing, cause: "delivery \(id) has no event in the state store")
            }
            return delivery
        }
    }
}

/// A row that has a number of its own.
protocol Identified {
    var id: Int64 { get }
}

extension Admission.Candidate: Identified {}
extension QueuedDelivery: Identified {}
