// Verbs at the start: which instance the account is, and which state belongs to which configured resource.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Brings the resources of the store and those of the configuration together, before anything of them is read.
    package func adopt(
        _ plans: [ResourcePlan], of account: StoredAccount, at now: Instant
    ) throws -> [ResourceAdoption.Notice] {
        try pool.write { try $0.adopt(plans, of: account, at: now) }
    }

    /// The same, and what is known of the resources of the plans then.
    package func memory(
        adopting plans: [ResourcePlan], of account: StoredAccount, at now: Instant
    ) throws -> AccountMemory {
        // Whoever is not told what is known now goes by what was before.
        try pool.write { db in
            let notices = try db.adopt(plans, of: account, at: now)
            return AccountMemory(
                progress: try db.progress(of: account), tallies: try db.presenceTallies(of: account),
                paces: try db.paces(of: account), instance: try db.instance(of: account),
                fingerprints: try db.fingerprintKey(), notices: notices)
        }
    }

    /// The instance that the account's records came from; nil where that was never learned.
    package func instance(of account: StoredAccount) throws -> String? {
        try pool.read { try $0.instance(of: account) }
    }

    package func remember(instance: String, of account: StoredAccount) throws {
        try pool.write { db in
            try db.execute(sql: "UPDATE account SET instance = ? WHERE id = ?", arguments: [instance, account.id])
        }
    }

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

    fileprivate func adopt(
        _ plans: [ResourcePlan], of account: StoredAccount, at now: Instant
    ) throws -> [ResourceAdoption.Notice] {
        let adoption = ResourceAdoption(plans: plans, stored: try resources(of: account))
        for step in adoption.steps { try carryOut(step, at: now) }
        return adoption.notices
    }

    fileprivate func instance(of account: StoredAccount) throws -> String? {
        try String.fetchOne(self, sql: "SELECT instance FROM account WHERE id = ?", arguments: [account.id])
    }

    fileprivate func resources(of account: StoredAccount) throws -> [StoredResource] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT id, coalesce(called, name) AS name, object, id_field, set_aside_at IS NOT NULL AS is_aside, polled_at
                FROM resource WHERE account_id = ? ORDER BY coalesce(set_aside_at, 0), id
                """,
            arguments: [account.id])
        return try rows.map { row in
            var source: RecordSource?
            if let object = row["object"] as String?, let idField = row["id_field"] as String? {
                source = RecordSource(object: object, idField: idField)
            }
            return StoredResource(
                id: row["id"], name: ResourceName(row["name"]), source: source,
                examples: source == nil ? try examples(ofResource: row["id"]) : [], isAside: row["is_aside"],
                polledAt: row["polled_at"])
        }
    }

    /// What cannot be read tells nothing.
    private func examples(ofResource resource: Int64) throws -> [StoredResource.Example] {
        let rows = try Row.fetchAll(
            self, sql: "SELECT record_id, unpacked(content) AS content FROM known_record WHERE resource_id = ? LIMIT ?",
            arguments: [resource, Limits.recordsAskedForTheirField])
        return rows.compactMap { row in
            guard let record = try? RawRecord.read(row.bytes("content")) else { return nil }
            return StoredResource.Example(id: row["record_id"], record: record)
        }
    }

    func carryOut(_ step: ResourceAdoption.Step, at now: Instant) throws {
        switch step {
        case .setAside(let id):
            try execute(sql: "DELETE FROM operator_request WHERE resource_id = ?", arguments: [id])
            // Its name is free for another; what its events are called stays. The name in ids stays as well.
            try execute(
                sql: """
                    UPDATE resource SET called = name, event_name = coalesce(event_name, name), name = name || ' #' || id,
                        set_aside_at = ? WHERE id = ?
                    """,
                arguments: [now, id])
        case .takeUp(let id):
            try execute(
                sql: "UPDATE resource SET name = called, called = NULL, set_aside_at = NULL WHERE id = ?",
                arguments: [id])
        case .keep(let id, let name, let source):
            try execute(
                sql: """
                    UPDATE resource SET event_name = coalesce(event_name, name), name = ?, object = ?, id_field = ?
                    WHERE id = ?
                    """,
                arguments: [name.text, source.object, source.idField, id])
        }
    }

    /// What a resource that is met for the first time is called in the ids of its events: its name, unless another state
    /// by that name has given out ids already. No two states are called the same, or an event could get the id of another.
    func eventName(of plan: ResourcePlan, besides id: Int64, account: StoredAccount) throws -> String {
        let taken = try Set(
            String.fetchAll(
                self, sql: "SELECT coalesce(event_name, name) FROM resource WHERE account_id = ? AND id <> ?",
                arguments: [account.id, id]))
        let apart = "\(plan.name.text) \(plan.source.object) \(plan.source.idField)"
        if let name = [plan.name.text, apart].first(where: { !taken.contains($0) }) { return name }
        var number = 2
        while taken.contains("\(apart) \(number)") { number += 1 }
        return "\(apart) \(number)"
    }
}
