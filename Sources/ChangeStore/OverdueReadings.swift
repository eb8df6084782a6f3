// Changes without a stamp that were found by a poll or a sweep which does not come to its end.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Judges what such a reading has found as if it had ended, once the first of it has waited for so long.
    ///
    /// - Parameters:
    ///   - longest: how long a change may wait for the end of what found it.
    ///   - plans: of the resources; what belongs to others waits until they are configured again.
    package func judgeOverdueUnstamped(
        of account: StoredAccount, _ plans: [ResourcePlan], waitingFor longest: Duration, at now: Instant
    ) throws -> [OverdueReading] {
        let rows = try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, coalesce(event_name, name) AS event_name FROM resource
                    WHERE account_id = ? AND set_aside_at IS NULL AND EXISTS (
                        SELECT 1 FROM unstamped_change WHERE resource_id = resource.id AND state = 'open'
                            AND (held_since IS NULL OR held_since <= ? OR held_since > ?))
                    AND NOT EXISTS (SELECT 1 FROM unstamped_verdict WHERE resource_id = resource.id)
                    """,
                arguments: [account.id, now - longest, now])
        }
        let overdue = rows.compactMap { row in
            plans.first { $0.name.text == row["name"] }.map { (row: row, plan: $0) }
        }
        guard !overdue.isEmpty else { return [] }
        return try pool.write { db in
            try overdue.flatMap { row, plan in
                let resource: Int64 = row["id"]
                let writer = RecordWriter(
                    db: db, account: account, plan: plan, resource: resource,
                    packing: RecordPacking(db: db, packing: packing, plan: plan, resource: resource),
                    eventName: ResourceName(row["event_name"]), endpoints: [], claims: claims, detectedAt: now, now: now
                )
                return try db.overdueReadings(ofResource: resource, waitingFor: longest, at: now).map { reading in
                    let held = try writer.judgeUnstamped(foundBy: reading, isWhole: false)
                    return OverdueReading(resource: plan.name, reading: reading, held: held)
                }
            }
        }
    }
}

extension Database {
    fileprivate func overdueReadings(
        ofResource resource: Int64, waitingFor longest: Duration, at now: Instant
    ) throws -> [Reading] {
        // What an older version has found, or a clock that ran ahead has written, waits from now on.
        try execute(
            sql: """
                UPDATE unstamped_change SET held_since = ?2
                WHERE resource_id = ?1 AND state = 'open' AND (held_since IS NULL OR held_since > ?2)
                """,
            arguments: [resource, now])
        return try String.fetchAll(
            self,
            sql: """
                SELECT DISTINCT reading FROM unstamped_change
                WHERE resource_id = ? AND state = 'open' AND held_since <= ? ORDER BY reading
                """,
            arguments: [resource, now - longest]
        ).compactMap(Reading.init)
    }
}
