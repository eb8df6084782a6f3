// What an operator asks of a running daemon: written into the store by a command, carried out by the daemon.

import ChangeFeed
import GRDB

extension StoreVisitor {
    package enum Release: Sendable, Equatable {
        case requested, nothingHeld, unknownResource
    }

    /// Asks the daemon to believe the deletes of a resource that it holds.
    package func requestRelease(of resource: ResourceName, account: String) throws(StoreProblem) -> Release {
        try visit { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT resource.id, deletes_held_since FROM resource
                    JOIN account ON account.id = resource.account_id
                    WHERE account.name = ? AND resource.name = ?
                    """,
                arguments: [account, resource.text])
            guard let row else { return .unknownResource }
            let heldSince: Instant? = row["deletes_held_since"]
            guard heldSince != nil else { return .nothingHeld }
            try db.execute(
                sql: "INSERT INTO operator_request (resource_id, verb) VALUES (?, 'release')",
                arguments: [row["id"] as Int64])
            return .requested
        }
    }
}

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

extension ChangeStore {
    /// Whether somebody asked for an endpoint to be resumed.
    package func isResumptionRequested(of endpoint: StoredEndpoint) throws -> Bool {
        try pool.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE endpoint_id = ? AND verb = 'resume')",
                arguments: [endpoint.id]) ?? false
        }
    }

    /// The resources whose held deletes somebody released. A request stays until a commit has carried it out, so that no
    /// crash forgets it.
    package func requestedReleases(of account: StoredAccount) throws -> [ResourceName] {
        guard
            try pool.read({
                try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE verb = 'release')")
            }) ?? false
        else { return [] }
        return try pool.write { db in
            try db.execute(
                sql: """
                    DELETE FROM operator_request WHERE resource_id IN (
                        SELECT id FROM resource WHERE deletes_held_since IS NULL)
                    """)
            let names = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT resource.name FROM operator_request
                    JOIN resource ON resource.id = operator_request.resource_id WHERE resource.account_id = ?
                    """,
                arguments: [account.id])
            return names.map { ResourceName($0) }
        }
    }
}
