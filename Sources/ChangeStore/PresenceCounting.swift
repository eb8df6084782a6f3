// What the store knows of the presence of a resource's records, counted in an index, and the marks of sweeps that ended.

import ChangeFeed
import GRDB

extension Database {
    func presenceTallies(of account: StoredAccount) throws -> [ResourceName: PresenceTally] {
        let rows = try Row.fetchAll(
            self, sql: "SELECT id, name FROM resource WHERE account_id = ? AND set_aside_at IS NULL",
            arguments: [account.id])
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                (ResourceName(row["name"]), try presenceTally(ofResource: row["id"], batch: 0))
            })
    }

    /// - Parameter batch: which suspects it shows, where there are more than fit.
    func presenceTally(ofResource resource: Int64, batch: Int) throws -> PresenceTally {
        let suspects =
            try dismissesSuspects(ofResource: resource) ? 0 : countKnown("presence = 1", ofResource: resource, [])
        let ids =
            suspects == 0
            ? []
            : try RecordID.fetchAll(
                self,
                sql: """
                    SELECT record_id FROM (
                        SELECT record_id, ?4 + row_number() OVER (ORDER BY record_id) AS place
                        FROM known_record WHERE resource_id = ?1 AND presence = 1)
                    WHERE place * ?2 / ?3 <> (place - 1) * ?2 / ?3 LIMIT ?2
                    """,
                arguments: [resource, min(suspects, Limits.suspectsAtOnce), suspects, batch])
        return PresenceTally(
            listed: try countKnown("presence = 0", ofResource: resource, []), suspects: suspects, batch: ids)
    }

    /// Records that lists have come to lack a second time, and that are to be asked for once more: a part of them, where
    /// they are many.
    func newlyUnlisted(ofResource resource: Int64) throws -> [RecordID] {
        // The others were asked for meanwhile for another reason, or dismissed.
        try cachedStatement(
            sql: """
                DELETE FROM newly_unlisted WHERE resource_id = ?1 AND NOT EXISTS (
                    SELECT 1 FROM known_record AS known WHERE known.resource_id = ?1
                        AND known.record_id = newly_unlisted.record_id AND known.presence IN (0, 3))
                """
        ).execute(arguments: [resource])
        return try RecordID.fetchAll(
            cachedStatement(
                sql: """
                    SELECT record_id FROM newly_unlisted AS found WHERE resource_id = ?1 AND EXISTS (
                        SELECT 1 FROM known_record AS known WHERE known.resource_id = ?1
                            AND known.record_id = found.record_id AND known.presence = 3)
                    ORDER BY record_id LIMIT ?2
                    """),
            arguments: [resource, Limits.lookupsAtOnce])
    }

    /// Whether there are records that lists lacked and that were found all the same.
    func hasFound(ofResource resource: Int64) throws -> Bool {
        try Bool.fetchOne(
            cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM newly_unlisted WHERE resource_id = ?)"),
            arguments: [resource]) ?? false
    }

    func countKnown(_ condition: String, ofResource resource: Int64, _ arguments: [RecordID]) throws -> Int {
        try Int.fetchOne(
            cachedStatement(sql: "SELECT count(*) FROM known_record WHERE resource_id = ? AND \(condition)"),
            arguments: StatementArguments([resource]) + StatementArguments(arguments)) ?? 0
    }
}

extension ChangeStore {
    /// What is known of the presence of each resource's records.
    package func presenceTallies(of account: StoredAccount) throws -> [ResourceName: PresenceTally] {
        try pool.read { try $0.presenceTallies(of: account) }
    }

    /// Forgets what ended sweeps had met, at most `limit` records, and says how many went.
    package func pruneSweeps(limit: Int) throws -> Int {
        try pool.write { db in
            try db.execute(
                sql: """
                    DELETE FROM swept_record WHERE (resource_id, sweep, record_id) IN (
                        SELECT swept.resource_id, swept.sweep, swept.record_id
                        FROM swept_record AS swept JOIN resource ON resource.id = swept.resource_id
                        WHERE swept.sweep <> resource.sweeps OR resource.sweep_covered IS NULL LIMIT ?)
                    """,
                arguments: [limit])
            return db.changesCount
        }
    }
}
