// From an event to its deliveries: who gets it, in which order, and what of it is folded.

import ChangeFeed
import GRDB

/// An event that was just given its number.
struct NumberedEvent {
    let sequence: Int
    let id: String
    let resource: Int64
    let plan: ResourcePlan
    let change: Change
    let detectedAt: Instant
    /// The record's state before; nil where it is unknown.
    let before: [UInt8]?

    var type: String { "\(plan.typeName).\(change.kind.rawValue)" }
}

extension Database {
    /// Puts the event into the queue of each endpoint that gets it.
    func enqueue(_ event: NumberedEvent, to endpoints: [StoredEndpoint], besides claims: Claims, at now: Instant) throws
    {
        for endpoint in endpoints
        where endpoint.rules.filter.admits(event.change, type: event.type, resource: event.plan.name) {
            let key = endpoint.rules.order.key(resource: event.resource, record: event.change.recordID)
            guard endpoint.rules.coalesces else {
                try insertDelivery(of: event.sequence, to: endpoint, key: key, due: now)
                continue
            }
            if let earlier = try lastOpen(of: endpoint, key: key), !claims.contains(earlier) {
                try fold(event.sequence, into: earlier)
            } else {
                let delivery = try insertDelivery(
                    of: event.sequence, to: endpoint, key: key, due: now, numbersLater: true)
                try keepBase(of: event, for: delivery)
            }
        }
    }

    /// An event waits while an earlier one of its key is not settled: that is what keeps a record's events in order.
    ///
    /// - Parameters:
    ///   - number: `webhook-sequence`, where it is to be one that was given before.
    ///   - numbersLater: a delivery that waits gets its number once it is certain that it will be sent.
    @discardableResult
    func insertDelivery(
        of sequence: Int, to endpoint: StoredEndpoint, key: String?, due: Instant, isReplay: Bool = false,
        number: Int? = nil, numbersLater: Bool = false
    ) throws -> Int64 {
        let waits =
            try key.map { key in
                try Bool.fetchOne(
                    cachedStatement(
                        sql: """
                            SELECT EXISTS (SELECT 1 FROM delivery WHERE endpoint_id = ? AND order_key = ?
                                AND state IN ('pending', 'waiting'))
                            """),
                    arguments: [endpoint.id, key]) ?? false
            } ?? false
        var number = number
        if number == nil, !(waits && numbersLater) { number = try nextNumber(of: endpoint.id) }
        try cachedStatement(
            sql: """
                INSERT INTO delivery (endpoint_id, event_sequence, endpoint_sequence, order_key, is_replay, state, due_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                endpoint.id, sequence, number, key, isReplay, (waits ? DeliveryState.waiting : .pending).rawValue, due,
            ])
        return lastInsertedRowID
    }

    /// Gives a delivery the next number of its endpoint, unless it has one.
    func number(_ delivery: Int64, of endpoint: Int64) throws {
        let number = try Int?.fetchOne(
            cachedStatement(sql: "SELECT endpoint_sequence FROM delivery WHERE id = ?"), arguments: [delivery])
        guard number == .some(nil) else { return }
        try cachedStatement(sql: "UPDATE delivery SET endpoint_sequence = ? WHERE id = ?").execute(
            arguments: [try nextNumber(of: endpoint), delivery])
    }

    private func nextNumber(of endpoint: Int64) throws -> Int {
        try nextNumber(
            "UPDATE endpoint SET last_sequence = last_sequence + 1 WHERE id = \(endpoint) RETURNING last_sequence")
    }

    /// Runs a statement that counts up and returns the new number.
    func nextNumber(_ sql: String) throws -> Int {
        guard let number = try Int.fetchOne(cachedStatement(sql: sql)) else {
            throw DatabaseError(message: "the counter is missing from the store")
        }
        return number
    }
}

// MARK: - Folding

extension Database {
    /// The last of these that can be folded into: one from before the endpoint coalesced does not know what came before it.
    private func lastOpen(of endpoint: StoredEndpoint, key: String?) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id FROM delivery JOIN fold ON delivery_id = id
                    WHERE endpoint_id = ? AND order_key = ? AND state IN ('pending', 'waiting')
                    ORDER BY id DESC LIMIT 1
                    """),
            arguments: [endpoint.id, key])
    }

    /// What the receiver has before this event, for the diff of those that take its place.
    private func keepBase(of event: NumberedEvent, for delivery: Int64) throws {
        let base = event.change.changes == nil ? nil : event.before
        let field = (event.plan.updatedDate?.path.members).flatMap { StoredPath(members: $0).stored }
        try cachedStatement(sql: "INSERT INTO fold (delivery_id, base, updated_field) VALUES (?, ?, ?)").execute(
            arguments: [delivery, base?.stored, field])
    }

    /// Lets a delivery that is not under way carry this newer event of its record: its newest state, and the diff from what
    /// the receiver has.
    func fold(_ sequence: Int, into delivery: Int64) throws {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT coalesce(fold.body, event.body) AS earlier, base, updated_field,
                        (SELECT body FROM event WHERE sequence = ?1) AS newer
                    FROM delivery JOIN event ON event.sequence = event_sequence
                    LEFT JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id = ?2
                    """),
            arguments: [sequence, delivery])
        guard let row else { throw DatabaseError(message: "delivery \(delivery) is missing from the store") }
        try cachedStatement(sql: "UPDATE delivery SET event_sequence = ? WHERE id = ?").execute(
            arguments: [sequence, delivery])
        try tell(
            EventMessage(body: row.bytes("newer")), over: EventMessage(body: row.bytes("earlier")),
            base: row.bytes("base"), updatedField: row["updated_field"], in: delivery)
    }

    /// Writes what a delivery tells, where that is not its event's own body. Nothing is folded where the store's file was
    /// damaged: the newer event then goes as it is.
    private func tell(
        _ newer: EventMessage?, over earlier: EventMessage?, base: [UInt8], updatedField: String?, in delivery: Int64
    ) throws {
        var body: [UInt8]?
        var type: String?
        if let newer, let earlier {
            let change = newer.change.folded(
                over: earlier.change.kind, base: try? RawRecord.read(base), wasRestored: earlier.change.restored,
                updatedDate: StoredPath(stored: updatedField).map { FieldPath(members: $0.members) })
            type = "\(newer.typeName).\(change.kind.rawValue)"
            body = EventBody.standard(
                id: newer.id, typeName: newer.typeName, change: change, sequence: newer.sequence,
                resource: newer.resource, detectedAt: newer.detectedAt)
        }
        try cachedStatement(
            sql: """
                INSERT INTO fold (delivery_id, type, body) VALUES (?, ?, ?)
                ON CONFLICT (delivery_id) DO UPDATE SET type = excluded.type, body = excluded.body
                """
        ).execute(arguments: [delivery, type, body?.stored])
    }

    /// After a delivery that was not accepted: one that waits behind it gives its news to it, and goes.
    func foldNext(into delivery: Int64, besides claims: Claims) throws {
        guard let next = try following(delivery), !claims.contains(next) else { return }
        let sequence = try Int.fetchOne(
            cachedStatement(
                sql: """
                    SELECT event_sequence FROM delivery WHERE id = ?
                        AND EXISTS (SELECT 1 FROM fold WHERE delivery_id = ?)
                    """),
            arguments: [next, delivery])
        guard let sequence else { return }
        try fold(sequence, into: delivery)
        try cachedStatement(sql: "DELETE FROM delivery WHERE id = ?").execute(arguments: [next])
    }

    /// After a delivery that was given up: the one behind it tells what that one would have told as well.
    func foldDead(_ delivery: Int64, into next: Int64) throws {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT coalesce(fold.body, event.body) AS earlier, base, updated_field,
                        (SELECT event.body FROM delivery JOIN event ON event.sequence = event_sequence
                            WHERE delivery.id = ?2) AS newer
                    FROM delivery JOIN event ON event.sequence = event_sequence
                    JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id = ?1
                    """),
            arguments: [delivery, next])
        guard let row else { return }
        try cachedStatement(sql: "UPDATE fold SET base = ? WHERE delivery_id = ?").execute(
            arguments: [row["base"] as DatabaseValue, next])
        try tell(
            EventMessage(body: row.bytes("newer")), over: EventMessage(body: row.bytes("earlier")),
            base: row.bytes("base"), updatedField: row["updated_field"], in: next)
    }

    /// The open delivery of the same key that stands behind this one.
    func following(_ delivery: Int64) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(
                sql: """
                    SELECT next.id FROM delivery AS this JOIN delivery AS next
                        ON next.endpoint_id = this.endpoint_id AND next.order_key = this.order_key
                    WHERE this.id = ?1 AND next.state IN ('pending', 'waiting') AND next.id <> ?1
                    ORDER BY next.id LIMIT 1
                    """),
            arguments: [delivery])
    }
}

/// A path into a record as one column.
private struct StoredPath: StoredAsJSON {
    let members: [String]
    var isSound: Bool { !members.isEmpty }
}
