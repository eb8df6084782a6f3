// What is known of records, as it is written.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms

extension SQLiteTransaction {
    func write(_ writes: [RecordWrite], of resource: KnownResource) throws {
        let packing = packing(of: resource, fresh: writes)
        // By their places: a copy of a write takes as long as the row of it.
        let whole = writes.indices.filter { writes[$0].content != nil }
        try insert(
            "INSERT INTO known_record (resource_id, record_id, version, presence, fingerprint, content)",
            """
            ON CONFLICT (resource_id, record_id) DO UPDATE SET
                version = excluded.version, presence = excluded.presence, fingerprint = excluded.fingerprint,
                content = excluded.content
            """,
            columns: 6, whole
        ) { place, row in
            row.bind(resource.id)
            row.bind(writes[place].id)
            row.bind(writes[place].after.version)
            row.bind(writes[place].after.presence.stored)
            writes[place].after.fingerprint.withBytes { row.bind(bytes: $0) }
            if let content = writes[place].content { try packing.withContent(content) { row.bind(bytes: $0) } }
        }
        try update(
            "known_record SET version = new.column3, presence = new.column4, fingerprint = new.column5",
            where: "known_record.resource_id = new.column1 AND known_record.record_id = new.column2", columns: 5,
            writes.filter { $0.content == nil && $0.changesRow }
        ) {
            [
                resource.id, $0.id, $0.after.version, $0.after.presence.stored, $0.after.fingerprint.bytes.stored,
            ]
        }
        try writeBeside(writes, of: resource.id)
    }

    /// What few records have.
    func writeBeside(_ writes: [RecordWrite], of resource: Int64) throws {
        let turned = writes.filter { $0.after.answer != $0.before?.answer ?? .page }
        try insert(turned.filter { $0.after.answer == .byID }.map(\.id), into: "record_read_by_id", of: resource)
        try delete(turned.filter { $0.after.answer == .page }.map(\.id), from: "record_read_by_id", of: resource)
        let stamped = writes.filter { $0.after.lastStamp != $0.before?.lastStamp }
        try delete(stamped.filter { $0.after.lastStamp == nil }.map(\.id), from: "record_stamp", of: resource)
        try insert(
            "INSERT OR REPLACE INTO record_stamp (resource_id, record_id, stamp)", columns: 3,
            stamped.filter { $0.after.lastStamp != nil }
        ) { [resource, $0.id, $0.after.lastStamp] }
    }

    func set(_ presence: Presence, of ids: [RecordID], in resource: Int64) throws {
        try execute(
            "UPDATE known_record SET presence = ? WHERE resource_id = ? AND record_id IN \(RowSets.keys)",
            [presence.stored, resource], keys: ids)
    }

    func move(_ selection: RecordSelection, to presence: Presence, limit: Int?) throws {
        let (condition, arguments) = selection.condition
        guard let limit else {
            return try execute(
                "UPDATE known_record SET presence = ? WHERE \(condition)", [presence.stored] + arguments)
        }
        try execute(
            """
            UPDATE known_record SET presence = ? WHERE resource_id = ? AND record_id IN (
                SELECT record_id FROM known_record WHERE \(condition) ORDER BY record_id LIMIT ?)
            """,
            [presence.stored, selection.resource] + arguments + [limit])
    }

    func markSwept(_ ids: [RecordID], in resource: Int64, by sweep: Int) throws {
        try insert("INSERT OR IGNORE INTO swept_record (resource_id, sweep, record_id)", columns: 3, ids) {
            [resource, sweep, $0]
        }
    }

    func keepFound(_ presences: Set<Presence>, of resource: Int64) throws {
        let codes = presences.map(\.stored).sorted().map { "\($0)" }.joined(separator: ",")
        try execute(
            """
            DELETE FROM newly_unlisted WHERE resource_id = ?1 AND NOT EXISTS (
                SELECT 1 FROM known_record AS known WHERE known.resource_id = ?1
                    AND known.record_id = newly_unlisted.record_id AND known.presence IN (\(codes)))
            """,
            [resource])
    }

    // MARK: - Tables of a resource and a record

    func insert(_ ids: [RecordID], into table: String, of resource: Int64) throws {
        try insert("INSERT OR IGNORE INTO \(table) (resource_id, record_id)", columns: 2, ids) { [resource, $0] }
    }

    func delete(_ ids: [RecordID], from table: String, of resource: Int64) throws {
        try execute(
            "DELETE FROM \(table) WHERE resource_id = ? AND record_id IN \(RowSets.keys)", [resource], keys: ids)
    }
}

extension RecordWrite {
    fileprivate var changesRow: Bool {
        before?.version != after.version || before?.presence != after.presence
            || before?.fingerprint != after.fingerprint
    }
}
