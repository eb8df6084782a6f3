// Verbs on an endpoint: what is kept of it between two processes.

import ChangeFeed
import Foundation
import GRDB

/// An endpoint of the store.
package struct StoredEndpoint: Sendable, Equatable {
    let id: Int64
    package let name: String
    package let rules: EndpointRules
    /// No attempt before then: the receiver asked for rest before the last restart.
    package let heldUntil: Instant?
    package let health: EndpointHealth
    /// Whether it is another receiver than the last time that stands behind the name.
    package let hasNewTarget: Bool

    /// The same, for the machine of the endpoint.
    package var adoption: EndpointMachine.Adoption {
        .init(heldUntil: heldUntil, health: health, hasNewTarget: hasNewTarget)
    }
}

extension ChangeStore {
    /// The endpoint of this name, made the first time. What waits goes by the order that is given now.
    ///
    /// - Parameters:
    ///   - target: the fingerprint of its URL, which itself may hold secrets. What is known of the health of another URL
    ///     says nothing of this one. Nil leaves that as it is.
    ///   - longestWait: of the schedule. No retry is ever further away, or further than a receiver may ask for; one that is
    ///     was written under a clock that ran ahead.
    package func endpoint(
        named name: String, rules: EndpointRules = EndpointRules(), target: Fingerprint? = nil, longestWait: Duration,
        at now: Instant
    ) throws -> StoredEndpoint {
        try pool.write { db in
            try db.execute(
                sql: "INSERT INTO endpoint (name, delivery_order) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                arguments: [name, rules.order.stored])
            guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM endpoint WHERE name = ?", arguments: [name])
            else { throw DatabaseError(message: "endpoint \(name) was not stored") }
            let hasNewTarget = try target.map { try db.aim(endpoint: id, at: $0) } ?? false
            let row = try Row.fetchOne(
                db, sql: "SELECT delivery_order, held_until, health FROM endpoint WHERE id = ?", arguments: [id])
            guard let row else { throw DatabaseError(message: "endpoint \(name) is not in the store") }
            if row["delivery_order"] != rules.order.stored { try db.reorder(endpoint: id, by: rules.order) }
            if !rules.coalesces { try db.numberWhatWaits(of: id) }
            try db.trustNoClockThatRanAhead(of: id, longestWait: longestWait, at: now)
            let health = EndpointHealth(resuming: EndpointHealth(column: row["health"]), at: now)
            let heldUntil = (row["held_until"] as Instant?).map { min($0, now + Limits.longestHold) }
            // What is remembered is what is kept: a bound that moved with each start would never be reached.
            try db.execute(
                sql: "UPDATE endpoint SET held_until = ?, health = iif(health IS NULL, NULL, ?) WHERE id = ?",
                arguments: [heldUntil, health.column, id])
            return StoredEndpoint(
                id: id, name: name, rules: rules, heldUntil: heldUntil, health: health,
                hasNewTarget: hasNewTarget)
        }
    }

    /// Endpoints that have events waiting, and how many, other than these.
    package func queuedBeside(_ endpoints: [StoredEndpoint]) throws -> [(name: String, open: Int)] {
        try pool.read { try $0.queuedBeside(endpoints.map(\.name)) }
    }

    /// The endpoint is sent to again: what never failed finds out how it is, and then takes turns with what did.
    package func resume(_ endpoint: StoredEndpoint) throws {
        try pool.write { db in
            try db.execute(
                sql: "UPDATE endpoint SET health = ?, held_until = NULL WHERE id = ?",
                arguments: [EndpointHealth.resumed.column, endpoint.id])
            try db.makeDue(whatFailedOf: endpoint.id)
            try db.execute(
                sql: "DELETE FROM operator_request WHERE endpoint_id = ? AND verb = 'resume'", arguments: [endpoint.id])
        }
    }
}

extension Database {
    /// Whether it was another receiver before; that one's health is forgotten then.
    fileprivate func aim(endpoint: Int64, at target: Fingerprint) throws -> Bool {
        let before =
            try Data?.fetchOne(
                self, sql: "SELECT url_digest FROM endpoint WHERE id = ?", arguments: [endpoint]) ?? nil
        guard before != target.bytes.stored else { return false }
        try execute(
            sql: "UPDATE endpoint SET url_digest = ? WHERE id = ?", arguments: [target.bytes.stored, endpoint])
        guard before != nil else { return false }
        try execute(sql: "UPDATE endpoint SET health = NULL, held_until = NULL WHERE id = ?", arguments: [endpoint])
        try makeDue(whatFailedOf: endpoint)
        return true
    }

    /// Never attempted ones are due since they were detected; those that wait for another attempt came before them.
    fileprivate func makeDue(whatFailedOf endpoint: Int64) throws {
        try execute(
            sql: "UPDATE delivery SET due_at = 0 WHERE endpoint_id = ? AND state = 'pending' AND attempts > 0",
            arguments: [endpoint])
    }

    /// What is due later than can be was written under a clock that ran ahead.
    fileprivate func trustNoClockThatRanAhead(of endpoint: Int64, longestWait: Duration, at now: Instant) throws {
        // What was never tried is due since it was detected.
        try execute(
            sql: """
                UPDATE delivery SET due_at = ?2
                WHERE endpoint_id = ?1 AND state IN ('pending', 'waiting') AND attempts = 0 AND due_at > ?2
                """,
            arguments: [endpoint, now])
        try execute(
            sql: """
                UPDATE delivery SET due_at = ?2
                WHERE endpoint_id = ?1 AND state = 'pending' AND attempts > 0 AND due_at > ?2
                """,
            arguments: [endpoint, now + max(longestWait, Limits.longestHold)])
    }

    func queuedBeside(_ names: [String]) throws -> [(name: String, open: Int)] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT name, count(*) AS open FROM delivery JOIN endpoint ON endpoint.id = endpoint_id
                WHERE state IN ('pending', 'waiting') GROUP BY endpoint_id ORDER BY name
                """)
        return rows.map { ($0["name"], $0["open"]) }.filter { !names.contains($0.0) }
    }
}

extension Database {
    /// What waits gets its number now, in the order of the log: newer events will get theirs at once.
    fileprivate func numberWhatWaits(of endpoint: Int64) throws {
        let waiting = try Int64.fetchAll(
            self,
            sql: "SELECT id FROM delivery WHERE endpoint_id = ? AND endpoint_sequence IS NULL ORDER BY id",
            arguments: [endpoint])
        for delivery in waiting { try number(delivery, of: endpoint) }
    }

    /// Gives everything that is open the keys of another order, and lets the first of each key go.
    fileprivate func reorder(endpoint: Int64, by order: DeliveryOrder) throws {
        var begun: Set<String> = []
        var last: Int64 = 0
        while true {
            let rows = try Row.fetchAll(
                self,
                sql: """
                    SELECT delivery.id, is_replay, order_key, state, resource_id, record_id FROM delivery
                    JOIN event ON event.sequence = event_sequence
                    WHERE endpoint_id = ? AND delivery.state IN ('pending', 'waiting') AND delivery.id > ?
                    ORDER BY delivery.id LIMIT ?
                    """,
                arguments: [endpoint, last, Limits.reorderedAtOnce])
            for row in rows {
                let key = order.key(resource: row["resource_id"], record: row["record_id"], isReplay: row["is_replay"])
                try reorder(row, key: key, isFirst: key.map { begun.insert($0).inserted } ?? true, of: endpoint)
            }
            guard let end = rows.last else { break }
            last = end["id"]
        }
        try execute(sql: "UPDATE endpoint SET delivery_order = ? WHERE id = ?", arguments: [order.stored, endpoint])
    }

    private func reorder(_ row: Row, key: String?, isFirst: Bool, of endpoint: Int64) throws {
        let state = isFirst ? DeliveryState.pending : .waiting
        let (keyBefore, stateBefore): (String?, String) = (row["order_key"], row["state"])
        if keyBefore != key || stateBefore != state.stored {
            try cachedStatement(sql: "UPDATE delivery SET order_key = ?, state = ? WHERE id = ?").execute(
                arguments: [key, state.stored, row["id"] as Int64])
        }
        if isFirst { try number(row["id"], of: endpoint) }
    }
}
