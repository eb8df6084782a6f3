// What is asked of the daemon, as it is read and written.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func requests(_ verbs: Set<OperatorRequest.Verb>) throws -> [OperatorRequest] {
        let words = verbs.map { "'\($0.stored)'" }.sorted().joined(separator: ",")
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT * FROM operator_request WHERE account_id = ? AND verb IN (\(words)) ORDER BY id"),
            arguments: [self.rows.account])
        return rows.compactMap { row in
            guard let verb = OperatorRequest.Verb(stored: row["verb"]) else { return nil }
            return OperatorRequest(
                id: row["id"], verb, resource: row["resource_id"], endpoint: row["endpoint_id"],
                wish: OperatorRequest.Wish(row["detail"], of: verb))
        }
    }

    func insert(_ request: OperatorRequest) throws {
        try execute(
            """
            INSERT INTO operator_request (id, account_id, resource_id, endpoint_id, verb, detail) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                request.id, rows.account, request.resource, request.endpoint, request.verb.stored, request.wish.detail,
            ])
    }

    func update(_ request: Int64, _ wish: OperatorRequest.Wish) throws {
        try execute("UPDATE operator_request SET detail = ? WHERE id = ?", [wish.detail, request])
    }

    func end(_ requests: [Int64]) throws {
        try execute("DELETE FROM operator_request WHERE id IN \(RowSets.keys)", keys: requests)
    }
}
