// What an operator asks of a running daemon: written into the store by a command, carried out by the daemon.

import ChangeFeed
import GRDB

extension StoreVisitor {
    /// Asks the daemon to believe the deletes of a resource that it holds.
    ///
    /// - Returns: whether any are held; where none are, nothing is asked.
    package func requestRelease(of resource: ResourceName, account: String) throws -> Bool {
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO operator_request (resource_id, verb)
                    SELECT resource.id, 'release' FROM resource JOIN account ON account.id = resource.account_id
                    WHERE account.name = ? AND resource.name = ? AND resource.deletes_held_since IS NOT NULL
                    """,
                arguments: [account, resource.text])
            return db.changesCount > 0
        }
    }
}

extension ChangeStore {
    /// Takes the requests to release held deletes, which are released in the store from here on.
    package func takeReleases(of account: StoredAccount) throws -> [ResourceName] {
        try pool.write { db in
            let names = try String.fetchAll(
                db,
                sql: """
                    UPDATE resource SET deletes_released = 1, deletes_held_since = NULL
                    WHERE account_id = ? AND id IN (SELECT resource_id FROM operator_request WHERE verb = 'release')
                    RETURNING name
                    """,
                arguments: [account.id])
            try db.execute(sql: "DELETE FROM operator_request WHERE verb = 'release'")
            return names.map { ResourceName($0) }
        }
    }

    /// Whether somebody asked for something; cheap enough to be looked at all the time.
    package func hasRequests() throws -> Bool {
        try pool.read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request)") ?? false }
    }
}
