// Which state belongs to which configured resource, as it is read and written.

import ChangeFeed
import EventStore
import GRDB

extension SQLiteTransaction {
    func storedResources() throws -> [StoredResource] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, coalesce(called, name) AS name, object, id_field, set_aside_at IS NOT NULL AS is_aside, polled_at
                FROM resource WHERE account_id = ? ORDER BY coalesce(set_aside_at, 0), id
                """,
            arguments: [self.rows.account])
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
            db, sql: "SELECT record_id, unpacked(content) AS content FROM known_record WHERE resource_id = ? LIMIT ?",
            arguments: [resource, Limits.recordsAskedForTheirField])
        return rows.compactMap { row in
            guard let record = try? RawRecord.read(row.bytes("content")) else { return nil }
            return StoredResource.Example(id: row["record_id"], record: record)
        }
    }

    func carryOut(_ step: ResourceAdoption.Step, at now: Instant) throws {
        switch step {
        case .setAside(let id):
            try db.execute(sql: "DELETE FROM operator_request WHERE resource_id = ?", arguments: [id])
            // Its name is free for another; what its events are called stays. The name in ids stays as well.
            try db.execute(
                sql: """
                    UPDATE resource SET called = name, event_name = coalesce(event_name, name), name = name || ' #' || id,
                        set_aside_at = ? WHERE id = ?
                    """,
                arguments: [now, id])
        case .takeUp(let id):
            try db.execute(
                sql: "UPDATE resource SET name = called, called = NULL, set_aside_at = NULL WHERE id = ?",
                arguments: [id])
        case .keep(let id, let name, let source):
            try db.execute(
                sql: """
                    UPDATE resource SET event_name = coalesce(event_name, name), name = ?, object = ?, id_field = ?
                    WHERE id = ?
                    """,
                arguments: [name.text, source.object, source.idField, id])
        }
    }
}
