// From an event to its deliveries: who gets it, and in which order.

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
    ///
    /// - Parameter body: of the event, as it is stored.
    func enqueue(
        _ event: NumberedEvent, body: [UInt8], to endpoints: [StoredEndpoint], besides claims: Claims, at now: Instant
    ) throws {
        for endpoint in endpoints
        where endpoint.rules.filter.admits(event.change, type: event.type, resource: event.plan.name) {
            let key = endpoint.rules.order.key(resource: event.resource, record: event.change.recordID)
            guard endpoint.rules.coalesces else {
                try insertDelivery(of: event.sequence, to: endpoint, key: key, due: now)
                continue
            }
            if let earlier = try lastOpen(of: endpoint, key: key), !claims.contains(earlier),
                let told = try foldable(earlier)
            {
                try fold(event.sequence, body: body, into: earlier, which: told)
            } else {
                let delivery = try insertDelivery(
                    of: event.sequence, to: endpoint, key: key, due: now, numbersLater: true)
                try keepBase(of: event, for: delivery)
                if let dead = try lastDead(of: endpoint, key: key) { try foldDead(dead, into: delivery) }
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
        of sequence: Int, to endpoint: StoredEndpoint, key: String?, due: Instant, replaySpacing: Duration? = nil,
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
                INSERT INTO delivery (endpoint_id, event_sequence, event_type, endpoint_sequence, order_key, is_replay,
                    replay_spacing, state, due_at)
                SELECT ?1, sequence, type, ?3, ?4, ?5, ?6, ?7, ?8 FROM event WHERE sequence = ?2
                """
        ).execute(
            arguments: [
                endpoint.id, sequence, number, key, replaySpacing != nil, replaySpacing?.microseconds,
                (waits ? DeliveryState.waiting : .pending).stored, due,
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

extension Database {
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
