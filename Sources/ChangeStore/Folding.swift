// How events of an endpoint that coalesces take the place of those that wait.

import ChangeFeed
import GRDB

/// What a delivery tells, and what its receiver has.
struct ToldDelivery {
    let eventSequence: Int
    /// Whether it has its `webhook-sequence` already.
    let isNumbered: Bool
    /// The record as the receiver last got it; empty where it never did, or where that is not known.
    let base: [UInt8]
    let updatedField: String?
    let body: [UInt8]
}

extension Database {
    func lastOpen(of endpoint: StoredEndpoint, key: String?) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id FROM delivery WHERE endpoint_id = ? AND order_key = ? AND state IN ('pending', 'waiting')
                    ORDER BY id DESC LIMIT 1
                    """),
            arguments: [endpoint.id, key])
    }

    /// A dead letter whose news nothing has told since.
    func lastDead(of endpoint: StoredEndpoint, key: String?) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id FROM delivery JOIN fold ON fold.delivery_id = delivery.id
                    WHERE endpoint_id = ? AND order_key = ? AND state = 'dead' AND NOT is_passed_on
                    ORDER BY id DESC LIMIT 1
                    """),
            arguments: [endpoint.id, key])
    }

    /// Nil for a replay, which tells what was told, and for a delivery from before the endpoint coalesced, of which it is
    /// not known what came before it.
    func foldable(_ delivery: Int64) throws -> ToldDelivery? {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT event_sequence, endpoint_sequence IS NOT NULL AS is_numbered, unpacked(base) AS base,
                        updated_field, unpacked(coalesce(fold.body, event.body)) AS body
                    FROM delivery JOIN event ON event.sequence = event_sequence
                    JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id = ? AND is_replay = 0
                    """),
            arguments: [delivery])
        return row.map {
            ToldDelivery(
                eventSequence: $0["event_sequence"], isNumbered: $0["is_numbered"], base: $0.bytes("base"),
                updatedField: $0["updated_field"], body: $0.bytes("body"))
        }
    }

    /// What the receiver has before this event, for the diff of those that take its place.
    func keepBase(of event: NumberedEvent, for delivery: Int64) throws {
        let base = event.change.changes == nil ? nil : event.before
        let field = (event.plan.updatedDate?.path).map(StoredFieldPath.text)
        try cachedStatement(sql: "INSERT INTO fold (delivery_id, base, updated_field) VALUES (?, packed(?, ?), ?)")
            .execute(arguments: [delivery, base?.stored, event.resource, field])
    }

    /// Lets a delivery that is not under way carry a newer event of its record: its newest state, and the diff from what the
    /// receiver has. It has all of its attempts before it, from when the delivery is due; but a record that is never accepted
    /// must come to an end, however often it changes.
    func fold(_ sequence: Int, body: [UInt8], into delivery: Int64, which told: ToldDelivery) throws {
        try cachedStatement(
            sql: """
                UPDATE delivery SET event_sequence = ?1,
                    attempts_before = iif(attempts <= ?2, attempts, attempts_before)
                WHERE id = ?3
                """
        ).execute(arguments: [sequence, Limits.attemptsForgiven, delivery])
        try tell(body, over: told, in: delivery)
    }

    /// After a delivery that was not accepted: one that waits behind it gives its news to it, and goes. One that has a number
    /// already, from a time when the endpoint did not coalesce, stays: its number would be missing.
    func foldNext(into delivery: Int64, besides claims: Claims) throws {
        guard let next = try following(delivery), !claims.contains(next), let told = try foldable(delivery),
            let newer = try foldable(next), !newer.isNumbered
        else { return }
        try fold(newer.eventSequence, body: newer.body, into: delivery, which: told)
        try cachedStatement(sql: "DELETE FROM delivery WHERE id = ?").execute(arguments: [next])
    }

    /// After a delivery that was given up: the one behind it, which may come much later, tells what that one would have told
    /// as well.
    func foldDead(_ delivery: Int64, into next: Int64) throws {
        guard let told = try foldable(delivery), let newer = try foldable(next) else { return }
        let sql = "UPDATE fold SET base = packed(?1, (\(Self.resourceOfDelivery))) WHERE delivery_id = ?2"
        try cachedStatement(sql: sql).execute(
            arguments: [told.base.isEmpty ? nil : told.base.stored, next])
        try tell(newer.body, over: told, in: next)
        try cachedStatement(sql: "UPDATE fold SET is_passed_on = 1 WHERE delivery_id = ?")
            .execute(arguments: [delivery])
    }

    /// Writes what a delivery tells, where that is not its event's own body. Nothing is folded where the store's file was
    /// damaged: the newer event then goes as it is.
    private func tell(_ newer: [UInt8], over told: ToldDelivery, in delivery: Int64) throws {
        var body: [UInt8]?
        var type: String?
        if let newer = EventMessage(body: newer), let earlier = EventMessage(body: told.body) {
            let change = newer.change.folded(
                over: earlier.change.kind, base: try? RawRecord.read(told.base), toldBefore: earlier.change.changes,
                wasRestored: earlier.change.restored,
                updatedDate: told.updatedField.flatMap(StoredFieldPath.value))
            type = "\(newer.typeName).\(change.kind.rawValue)"
            body = EventBody.standard(
                id: newer.id, typeName: newer.typeName, change: change, sequence: newer.sequence,
                resource: newer.resource, detectedAt: newer.detectedAt)
        }
        try cachedStatement(
            sql: """
                INSERT INTO fold (delivery_id, type, body) VALUES (?2, ?3, packed(?1, (\(Self.resourceOfDelivery))))
                ON CONFLICT (delivery_id) DO UPDATE SET type = excluded.type, body = excluded.body
                """
        ).execute(arguments: [body?.stored, delivery, type])
        try noteType(of: delivery)
    }

    private static let resourceOfDelivery = """
        SELECT resource_id FROM delivery JOIN event ON sequence = event_sequence WHERE delivery.id = ?2
        """

    /// A delivery waits among those of the type that it tells.
    func noteType(of delivery: Int64) throws {
        try cachedStatement(
            sql: """
                UPDATE delivery SET event_type = (
                    SELECT coalesce(fold.type, event.type) FROM event LEFT JOIN fold ON fold.delivery_id = delivery.id
                    WHERE event.sequence = delivery.event_sequence)
                WHERE id = ?
                """
        ).execute(arguments: [delivery])
    }
}
