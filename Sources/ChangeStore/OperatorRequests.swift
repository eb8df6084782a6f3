// What an operator asks of a running daemon: written into the store by a command, carried out by the daemon.

import ChangeFeed
import GRDB

extension StoreVisitor {
    package enum Resumption: Sendable, Equatable {
        case requested, unknownEndpoint
    }

    /// Asks the daemon to send to an endpoint again that is disabled, or whose circuit is open.
    package func requestResumption(of endpoint: String) throws(StoreProblem) -> Resumption {
        try visit { db in
            try db.execute(
                sql: """
                    INSERT INTO operator_request (endpoint_id, verb)
                    SELECT id, 'resume' FROM endpoint WHERE name = ?
                    """,
                arguments: [endpoint])
            return db.changesCount == 0 ? .unknownEndpoint : .requested
        }
    }
}

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
}

extension StoreVisitor {
    /// Asks the daemon to try the API again, whatever pause it makes.
    ///
    /// - Returns: false where no daemon has used the account yet.
    package func requestAPIResumption(ofAccount name: String) throws(StoreProblem) -> Bool {
        try visit { db in
            try db.execute(
                sql: """
                    INSERT INTO operator_request (verb, detail)
                    SELECT 'resume-api', CAST(id AS TEXT) FROM account WHERE name = ?
                    """,
                arguments: [name])
            return db.changesCount > 0
        }
    }
}

extension ChangeStore {
    /// Whether somebody asked for the API to be tried again.
    package func isAPIResumptionRequested(of account: StoredAccount) throws -> Bool {
        try pool.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE verb = 'resume-api' AND detail = ?)",
                arguments: [String(account.id)]) ?? false
        }
    }

    /// The account's pause has ended, as was asked for.
    package func resumed(_ memory: RequestBudget.Memory, of account: StoredAccount) throws {
        try pool.write { db in
            try db.write(memory, of: account)
            try db.execute(
                sql: "DELETE FROM operator_request WHERE verb = 'resume-api' AND detail = ?",
                arguments: [String(account.id)])
        }
    }

    /// Whether somebody asked for an endpoint to be resumed.
    package func isResumptionRequested(of endpoint: StoredEndpoint) throws -> Bool {
        try pool.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE endpoint_id = ? AND verb = 'resume')",
                arguments: [endpoint.id]) ?? false
        }
    }

    /// Gives the deliveries up that somebody asked to. One that is under way is given up once its attempt has failed;
    /// what has come to its end otherwise needs nothing.
    ///
    /// - Returns: those that are dead letters now.
    package func giveUpWhatWasAsked(of endpoint: StoredEndpoint, at now: Instant) throws -> [DueDelivery] {
        let isAsked = try pool.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE endpoint_id = ? AND verb = 'give up')",
                arguments: [endpoint.id]) ?? false
        }
        guard isAsked else { return [] }
        return try pool.write { db in
            let requests = try Row.fetchAll(
                db,
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
                        let delivery = try db.dueDelivery(id)
                        try db.close(id, as: .dead, attempts: delivery.attempts, of: endpoint, at: now)
                        givenUp.append(delivery)
                    }
                }
                try db.execute(
                    sql: "DELETE FROM operator_request WHERE id = ?", arguments: [row["request"] as Int64])
            }
            return givenUp
        }
    }
}
