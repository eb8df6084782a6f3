// The verb that forgets what was set aside.

import ChangeFeed
import EventStore
import GRDB

extension ChangeStore {
    /// Forgets what is known of records that were set aside before `horizon`, at most `limit` rows, and says how many went.
    /// What is left of such a state is not taken up again.
    package func pruneSetAside(before horizon: Instant, limit: Int) throws -> Int {
        try pool.write { db in
            let isKept = Database.tablesOfRecords.map {
                "EXISTS (SELECT 1 FROM \($0.name) WHERE resource_id = resource.id)"
            }.joined(separator: " OR ")
            let resources = try Int64.fetchAll(
                db, sql: "SELECT id FROM resource WHERE set_aside_at < ? AND (\(isKept))", arguments: [horizon])
            var left = limit
            for resource in resources where left > 0 {
                try db.execute(sql: "UPDATE resource SET id_field = NULL WHERE id = ?", arguments: [resource])
                for (table, key) in Database.tablesOfRecords where left > 0 {
                    try db.execute(
                        sql: """
                            DELETE FROM \(table) WHERE (\(key)) IN (
                                SELECT \(key) FROM \(table) WHERE resource_id = ? LIMIT ?)
                            """,
                        arguments: [resource, left])
                    left -= db.changesCount
                }
            }
            return limit - left
        }
    }
}

extension Database {
    /// What is kept of single records, with the keys of the tables.
    fileprivate static let tablesOfRecords: [(name: String, key: String)] = [
        ("known_record", "resource_id, record_id"), ("record_read_by_id", "resource_id, record_id"),
        ("record_stamp", "resource_id, record_id"), ("unstamped_change", "resource_id, record_id"),
        ("swept_record", "resource_id, sweep, record_id"), ("unstamped_verdict", "resource_id, reading"),
        ("newly_unlisted", "resource_id, record_id"),
    ]
}
