// What waits for endpoints that nobody configures any more.

import EventStore
import GRDB

extension ChangeStore {
    /// Endpoints that have events waiting, and how many, other than these.
    package func queuedBeside(_ endpoints: [StoredEndpoint]) throws -> [(name: String, open: Int)] {
        try pool.read { try $0.queuedBeside(endpoints.map(\.name)) }
    }
}

extension Database {
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
