// What waits for endpoints that nobody configures any more.

import EventStore
import GRDB

extension AccountStore {
    /// Endpoints of the account that have events waiting, and how many, other than these.
    package func queuedBeside(_ endpoints: [StoredEndpoint]) throws -> [(name: String, open: Int)] {
        try store.pool.read { try $0.queuedBeside(endpoints.map(\.name), of: account) }
    }
}

extension Database {
    /// Endpoints of the account that have events waiting or dead letters, other than these.
    func endpointsBeside(_ names: [String], of account: StoredAccount) throws -> [String] {
        try String.fetchAll(
            self,
            sql: """
                SELECT name FROM endpoint WHERE account_id = ? AND (EXISTS (
                    SELECT 1 FROM delivery WHERE endpoint_id = endpoint.id AND state IN ('pending', 'waiting')
                ) OR EXISTS (SELECT 1 FROM delivery WHERE endpoint_id = endpoint.id AND state = 'dead'))
                ORDER BY name
                """,
            arguments: [account.id]
        ).filter { !names.contains($0) }
    }

    func queuedBeside(_ names: [String], of account: StoredAccount) throws -> [(name: String, open: Int)] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT name, count(*) AS open FROM delivery JOIN endpoint ON endpoint.id = endpoint_id
                WHERE account_id = ? AND state IN ('pending', 'waiting') GROUP BY endpoint_id ORDER BY name
                """,
            arguments: [account.id])
        return rows.map { ($0["name"], $0["open"]) }.filter { !names.contains($0.0) }
    }
}
