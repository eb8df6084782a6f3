// The account's resources and endpoints, as they are written.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func introduce(_ resource: NewResource) {
        add(
            "new resource",
            """
            INSERT INTO \(schema).resource (account_id, id, name, event_name, object, id_field)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .int8(resource.id), .text(resource.name.text), .text(resource.eventName.text),
                .text(resource.source.object), .text(resource.source.idField),
            ])
    }

    func identify(_ id: Int64, as name: ResourceName, _ source: RecordSource) {
        add(
            "identity of a resource",
            """
            UPDATE \(schema).resource SET event_name = $3, object = $4, id_field = $5 WHERE account_id = $1 AND id = $2
            """, [.int8(id), .text(name.text), .text(source.object), .text(source.idField)])
    }

    func write(_ progress: ResourceProgress, of resource: Int64) {
        let (walk, presence) = (progress.baselineWalk, progress.presence)
        let hold = StoredHold(presence.hold)
        add(
            "progress",
            """
            UPDATE \(schema).resource SET news_since = $3, cursor = $4, polled_at = $5, baseline_covered = $6,
                baseline_last = $7, sweeps = $8, sweep_covered = $9, sweep_last = $10, swept_at = $11, count_bias = $12,
                deletes_held_since = $13, deletes_hold = $14, deletes_sample = $15, baseline_is_partial = $16,
                first_contact_own = $17, first_contact_server = $18
            WHERE account_id = $1 AND id = $2
            """,
            [
                .int8(resource), .instant(progress.newsSince), .instant(progress.cursor), .instant(progress.polledAt),
                .int(walk?.covered), .key(walk?.last), .int(presence.sweeps), .int(presence.walk?.covered),
                .key(presence.walk?.last), .instant(presence.sweptAt), .int(presence.bias),
                .instant(presence.hold.heldSince), .text(hold?.word.stored), .text(hold?.sample),
                .bool(progress.baseline == .partial), .instant(progress.firstContact?.own),
                .instant(progress.firstContact?.server),
            ])
    }

    func write(_ pace: ResourcePace, of resource: Int64) {
        add(
            "pace", "UPDATE \(schema).resource SET pace = $3 WHERE account_id = $1 AND id = $2",
            [.int8(resource), .text(StoredPace.text(pace))])
    }

    func carryOut(_ step: ResourceAdoption.Step, at now: Instant) {
        switch step {
        case .setAside(let id):
            add(
                "requests about a resource",
                "DELETE FROM \(schema).operator_request WHERE account_id = $1 AND resource_id = $2", [.int8(id)])
            // Its name is free for another; what its events are called stays. The name in ids stays as well.
            add(
                "resource set aside",
                """
                UPDATE \(schema).resource SET called = name, event_name = coalesce(event_name, name),
                    name = name || ' #' || id, set_aside_at = $3
                WHERE account_id = $1 AND id = $2
                """, [.int8(id), .instant(now)])
        case .takeUp(let id):
            add(
                "resource taken up",
                """
                UPDATE \(schema).resource SET name = called, called = NULL, set_aside_at = NULL
                WHERE account_id = $1 AND id = $2
                """, [.int8(id)])
        case .keep(let id, let name, let source):
            add(
                "resource kept",
                """
                UPDATE \(schema).resource SET event_name = coalesce(event_name, name), name = $3, object = $4, id_field = $5
                WHERE account_id = $1 AND id = $2
                """, [.int8(id), .text(name.text), .text(source.object), .text(source.idField)])
        }
    }

    func open(_ id: Int64, named name: String, _ order: DeliveryOrder) {
        add(
            "new endpoint",
            "INSERT INTO \(schema).endpoint (account_id, id, name, delivery_order) VALUES ($1, $2, $3, $4)",
            [.int8(id), .text(name), .text(order.stored)])
    }

    func apply(_ change: EndpointChange, toEndpoint id: Int64) {
        var until: Instant?
        if case .until(let moment)? = change.heldUntil { until = moment }
        add(
            "endpoint",
            """
            UPDATE \(schema).endpoint SET last_sequence = coalesce($3, last_sequence), health = coalesce($4, health),
                delivery_order = coalesce($5, delivery_order), url_digest = coalesce($6, url_digest),
                held_until = CASE WHEN $7 THEN $8 ELSE held_until END
            WHERE account_id = $1 AND id = $2
            """,
            [
                .int8(id), .int(change.lastNumber), .text(change.health?.column), .text(change.order?.stored),
                .bytes(change.target?.bytes), .bool(change.heldUntil != nil), .instant(until),
            ])
    }
}

// MARK: - What is asked of the daemon

extension PostgresTransaction {
    func requests(_ verbs: Set<OperatorRequest.Verb>) throws -> [OperatorRequest] {
        try small(.requests).requests.compactMap { row in
            guard let verb = OperatorRequest.Verb(stored: try row.value("verb")), verbs.contains(verb) else {
                return nil
            }
            return OperatorRequest(
                id: try row.value("id"), verb, resource: try row.optional("resource_id"),
                endpoint: try row.optional("endpoint_id"),
                wish: OperatorRequest.Wish(try row.optional("detail"), of: verb))
        }
    }

    func insert(_ request: OperatorRequest) {
        add(
            "request",
            """
            INSERT INTO \(schema).operator_request (account_id, id, resource_id, endpoint_id, verb, detail)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .int8(request.id), .int8(request.resource), .int8(request.endpoint), .text(request.verb.stored),
                .text(request.wish.detail),
            ])
    }

    func update(_ request: Int64, _ wish: OperatorRequest.Wish) {
        add(
            "request", "UPDATE \(schema).operator_request SET detail = $3 WHERE account_id = $1 AND id = $2",
            [.int8(request), .text(wish.detail)])
    }

    func end(_ requests: [Int64]) {
        add(
            "requests", "DELETE FROM \(schema).operator_request WHERE account_id = $1 AND id = ANY($2)",
            [.numbers(requests)])
    }
}
