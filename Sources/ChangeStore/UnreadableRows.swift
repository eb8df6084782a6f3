// What in a store cannot be read, and is done without.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension AccountStore {
    /// What was kept of the account's past and cannot be read: it is learned anew, and somebody should know.
    package func unreadableMemories() throws -> [UnreadableRow] {
        try store.pool.read { db in
            let health = try String.fetchOne(
                db, sql: "SELECT api_health FROM account WHERE id = ? AND api_health IS NOT NULL",
                arguments: [account.id])
            let paces = try Row.fetchAll(
                db,
                sql:
                    "SELECT name, pace FROM resource WHERE account_id = ? AND pace IS NOT NULL AND set_aside_at IS NULL",
                arguments: [account.id])
            var unreadable: [UnreadableRow] = []
            if let health, StoredAPIHealth.value(in: health) == nil {
                unreadable.append(UnreadableRow("api_health", of: "account", "number \(account.id)"))
            }
            for row in paces where StoredPace.value(in: row["pace"]) == nil {
                unreadable.append(UnreadableRow("pace", of: "resource", row["name"]))
            }
            return unreadable + (try db.damagedDictionaries(ofAccount: account.id))
        }
    }
}
