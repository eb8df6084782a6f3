// Giving deliveries up before their attempts are used up: one, or all that wait for an endpoint.

import ChangeFeed
import GRDB

extension StoreVisitor {
    package enum GivingUp: Sendable, Equatable {
        case requested
        case unknownDelivery
        /// It waits for this one of its record, which has to go first.
        case waits(behind: Int64?)
        case settled(DeliveryState)
    }

    /// Asks the daemon to make a dead letter of a delivery.
    package func requestGivingUp(of delivery: Int64) throws(StoreProblem) -> GivingUp {
        try visit { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT endpoint_id, order_key, state FROM delivery WHERE id = ?", arguments: [delivery])
            guard let row else { return .unknownDelivery }
            let state = try DeliveryState(of: row, delivery: delivery)
            switch state {
            case .delivered, .dead, .replayed: return .settled(state)
            case .waiting:
                let first = try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT id FROM delivery WHERE endpoint_id = ? AND order_key = ? AND state = 'pending'
                        ORDER BY id LIMIT 1
                        """,
                    arguments: [row["endpoint_id"] as Int64, row["order_key"] as String?])
                return .waits(behind: first)
            case .pending:
                try db.execute(
                    sql: "INSERT INTO operator_request (endpoint_id, verb, detail) VALUES (?, 'give up', ?)",
                    arguments: [row["endpoint_id"] as Int64, String(delivery)])
                return .requested
            }
        }
    }

    package enum Emptying: Sendable, Equatable {
        /// - Parameter deliveries: that are open now.
        case requested(deliveries: Int)
        case nothingWaits
        case unknownEndpoint
    }

    /// Asks the daemon to make dead letters of all that waits for an endpoint at this moment, configured or not.
    package func requestGivingUp(allTo endpoint: String) throws(StoreProblem) -> Emptying {
        try visit { db in
            let id = try Int64.fetchOne(db, sql: "SELECT id FROM endpoint WHERE name = ?", arguments: [endpoint])
            guard let id else { return .unknownEndpoint }
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS open, max(id) AS last FROM delivery
                    WHERE endpoint_id = ? AND state IN ('pending', 'waiting')
                    """,
                arguments: [id])
            guard let row, let last = row["last"] as Int64? else { return .nothingWaits }
            try db.execute(
                sql: "INSERT INTO operator_request (endpoint_id, verb, detail) VALUES (?, 'give up all', ?)",
                arguments: [id, String(last)])
            return .requested(deliveries: row["open"])
        }
    }
}

/// What became of what somebody asked to give up.
package struct GivenUp: Sendable, Equatable {
    /// Dead letters now, each asked for by its number.
    package var deliveries: [DueDelivery] = []
    /// How many of a queue became dead letters besides.
    package var ofQueue = 0
    /// Whether nothing is left of the queue that was asked for.
    package var queueIsDone = false
    /// Whether there is more to do at once. What is under way has to end first.
    package var hasMore = false
}

extension ChangeStore {
    /// Endpoints that are not among the configured ones, and of which something is to be given up.
    package func endpointsToGiveUp(besides configured: [StoredEndpoint]) throws -> [StoredEndpoint] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, delivery_order, EXISTS (
                        SELECT 1 FROM delivery WHERE endpoint_id = endpoint.id AND endpoint_sequence IS NULL) AS coalesces
                    FROM endpoint
                    WHERE id IN (SELECT endpoint_id FROM operator_request WHERE verb IN ('give up', 'give up all'))
                    """)
            return rows.filter { row in !configured.contains { $0.id == row["id"] } }.map { row in
                // Only where events coalesce, they get their numbers late.
                let rules = EndpointRules(
                    order: DeliveryOrder(stored: row["delivery_order"]) ?? .record, coalesces: row["coalesces"])
                return StoredEndpoint(
                    id: row["id"], name: row["name"], rules: rules, heldUntil: nil, health: EndpointHealth(),
                    hasNewTarget: false)
            }
        }
    }

    /// Gives the deliveries up that somebody asked to. One that is under way is given up once its attempt has failed;
    /// what has come to its end otherwise needs nothing.
    ///
    /// - Parameter limit: of a queue at once.
    package func giveUpWhatWasAsked(of endpoint: StoredEndpoint, limit: Int, at now: Instant) throws -> GivenUp {
        let isAsked = try pool.read {
            try Bool.fetchOne(
                $0,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM operator_request WHERE endpoint_id = ? AND verb IN ('give up', 'give up all'))
                    """,
                arguments: [endpoint.id]) ?? false
        }
        guard isAsked else { return GivenUp() }
        return try pool.write { db in
            var givenUp = GivenUp()
            givenUp.deliveries = try db.giveUpNamed(of: endpoint, besides: claims, at: now)
            try db.giveUpQueue(of: endpoint, besides: claims, limit: limit, at: now, into: &givenUp)
            return givenUp
        }
    }
}

extension Database {
    fileprivate func giveUpNamed(
        of endpoint: StoredEndpoint, besides claims: Claims, at now: Instant
    ) throws -> [DueDelivery] {
        let requests = try Row.fetchAll(
            self,
            sql: """
                SELECT operator_request.id AS request, delivery.id AS delivery, delivery.state
                FROM operator_request LEFT JOIN delivery ON delivery.id = CAST(detail AS INTEGER)
                WHERE operator_request.endpoint_id = ? AND verb = 'give up' ORDER BY operator_request.id
                """,
            arguments: [endpoint.id])
        var givenUp: [DueDelivery] = []
        for row in requests {
            if let id = row["delivery"] as Int64?, row["state"] == DeliveryState.pending.stored {
                if claims.contains(id) { continue }
                if !givenUp.contains(where: { $0.id == id }) {
                    let delivery = try dueDelivery(id)
                    try close(id, as: .dead, attempts: delivery.attempts, of: endpoint, at: now)
                    givenUp.append(delivery)
                }
            }
            try execute(sql: "DELETE FROM operator_request WHERE id = ?", arguments: [row["request"] as Int64])
        }
        return givenUp
    }

    /// All that was open when it was asked for, and still is.
    fileprivate func giveUpQueue(
        of endpoint: StoredEndpoint, besides claims: Claims, limit: Int, at now: Instant, into givenUp: inout GivenUp
    ) throws {
        let last = try Int64.fetchOne(
            self,
            sql:
                "SELECT max(CAST(detail AS INTEGER)) FROM operator_request WHERE endpoint_id = ? AND verb = 'give up all'",
            arguments: [endpoint.id])
        guard let last else { return }
        let pending = try Int64.fetchCursor(
            self, sql: "SELECT id FROM delivery WHERE endpoint_id = ? AND state = 'pending' AND id <= ?",
            arguments: [endpoint.id, last]
        ).filter { !claims.contains($0) }
        for first in try Array(pending.prefix(limit)) {
            // Those that wait behind it follow at once: else a long row would go one at a time.
            var delivery: Int64? = first
            while let id = delivery, id <= last, !claims.contains(id), givenUp.ofQueue < limit {
                let next = try following(id)
                try close(id, as: .dead, attempts: try attempts(of: id), of: endpoint, at: now)
                givenUp.ofQueue += 1
                delivery = next
            }
        }
        givenUp.hasMore = givenUp.ofQueue >= limit
        let open = try Bool.fetchOne(
            self,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM delivery WHERE endpoint_id = ? AND state IN ('pending', 'waiting') AND id <= ?)
                """,
            arguments: [endpoint.id, last])
        guard open != true else { return }
        (givenUp.queueIsDone, givenUp.hasMore) = (true, false)
        try execute(
            sql: "DELETE FROM operator_request WHERE endpoint_id = ? AND verb = 'give up all'",
            arguments: [endpoint.id])
    }

    private func attempts(of delivery: Int64) throws -> Int {
        try Int.fetchOne(
            cachedStatement(sql: "SELECT attempts FROM delivery WHERE id = ?"), arguments: [delivery]) ?? 0
    }
}
