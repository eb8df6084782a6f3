// What is known of records, as it is written.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func write(_ writes: [RecordWrite], of resource: KnownResource) throws {
        let packing = packing(of: resource, fresh: writes)
        let whole = try writes.compactMap { write in
            try write.content.map { (write: write, content: [UInt8](try packing.content($0))) }
        }
        if !whole.isEmpty {
            add(
                "known records",
                """
                INSERT INTO \(schema).known_record
                    (account_id, resource_id, record_key, version, presence, fingerprint, content)
                SELECT $1, $2, * FROM unnest($3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[]) AS new (key)
                ORDER BY key
                ON CONFLICT (account_id, resource_id, record_key) DO UPDATE SET version = excluded.version,
                    presence = excluded.presence, fingerprint = excluded.fingerprint, content = excluded.content
                """,
                [.int8(resource.id)] + columns(of: whole.map(\.write)) + [
                    PostgreSQLValue(array: whole.map { Optional($0.content) })
                ])
        }
        let rest = writes.filter { $0.content == nil && $0.changesRow }
        if !rest.isEmpty {
            add(
                "known records that changed",
                """
                UPDATE \(schema).known_record AS known
                SET version = new.version, presence = new.presence, fingerprint = new.fingerprint
                FROM unnest($3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[])
                    AS new (key, version, presence, fingerprint)
                WHERE account_id = $1 AND resource_id = $2 AND record_key = new.key
                """, [.int8(resource.id)] + columns(of: rest))
        }
        writeBeside(writes, of: resource.id)
    }

    /// Ids, versions, presences and fingerprints.
    func columns(of writes: [RecordWrite]) -> [PostgreSQLValue] {
        PostgreSQLColumns(writes).column { RecordKey.bytes(of: $0.id) }.column { Int64($0.after.version) }
            .column { Int64($0.after.presence.stored) }.column { $0.after.fingerprint.bytes }.parameters
    }

    /// What few records have.
    func writeBeside(_ writes: [RecordWrite], of resource: Int64) {
        let turned = writes.filter { $0.after.answer != $0.before?.answer ?? .page }
        insert(turned.filter { $0.after.answer == .byID }.map(\.id), into: "record_read_by_id", of: resource)
        delete(turned.filter { $0.after.answer == .page }.map(\.id), from: "record_read_by_id", of: resource)
        let stamped = writes.filter { $0.after.lastStamp != $0.before?.lastStamp }
        delete(stamped.filter { $0.after.lastStamp == nil }.map(\.id), from: "record_stamp", of: resource)
        let fresh = stamped.filter { $0.after.lastStamp != nil }
        guard !fresh.isEmpty else { return }
        add(
            "stamps of records",
            """
            INSERT INTO \(schema).record_stamp (account_id, resource_id, record_key, stamp)
            SELECT $1, $2, * FROM unnest($3::bytea[], $4::bigint[]) AS new (key) ORDER BY key
            ON CONFLICT (account_id, resource_id, record_key) DO UPDATE SET stamp = excluded.stamp
            """,
            [.int8(resource)]
                + PostgreSQLColumns(fresh).column { RecordKey.bytes(of: $0.id) }
                .column { $0.after.lastStamp?.microsecondsSince1970 }.parameters)
    }

    func set(_ presence: Presence, of ids: [RecordID], in resource: Int64) {
        guard !ids.isEmpty else { return }
        add(
            "presence of records",
            """
            UPDATE \(schema).known_record SET presence = $3
            WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($4)
            """, [.int8(resource), .int(presence.stored), .keys(ids)])
    }

    func move(_ selection: RecordSelection, to presence: Presence, limit: Int?) {
        let condition = SelectedRecords(selection, in: schema)
        let next = condition.parameters.count + 2
        add(
            "presence of selected records",
            """
            UPDATE \(schema).known_record SET presence = $\(next) WHERE account_id = $1 AND resource_id = $2
                AND record_key IN (SELECT record_key FROM \(condition.sql) ORDER BY record_key LIMIT $\(next + 1))
            """, condition.parameters + [.int(presence.stored), .int(limit)])
    }

    func markSwept(_ ids: [RecordID], in resource: Int64, by sweep: Int) {
        guard !ids.isEmpty else { return }
        add(
            "records met by a sweep",
            """
            INSERT INTO \(schema).swept_record (account_id, resource_id, sweep, record_key)
            SELECT DISTINCT $1, $2, $3, key FROM unnest($4::bytea[]) AS new (key) ORDER BY key ON CONFLICT DO NOTHING
            """, [.int8(resource), .int(sweep), .keys(ids)])
    }

    func keepFound(_ presences: Set<Presence>, of resource: Int64) {
        add(
            "found records",
            """
            DELETE FROM \(schema).newly_unlisted AS found WHERE account_id = $1 AND resource_id = $2 AND NOT EXISTS (
                SELECT FROM \(schema).known_record AS known WHERE known.account_id = $1 AND known.resource_id = $2
                    AND known.record_key = found.record_key AND known.presence = ANY($3))
            """, [.int8(resource), .sequences(presences.map(\.stored).sorted())])
    }

    // MARK: - Tables of a resource and a record

    func insert(_ ids: [RecordID], into table: String, of resource: Int64) {
        guard !ids.isEmpty else { return }
        add(
            "records for \(table)",
            """
            INSERT INTO \(schema).\(table) (account_id, resource_id, record_key)
            SELECT DISTINCT $1, $2, key FROM unnest($3::bytea[]) AS new (key) ORDER BY key ON CONFLICT DO NOTHING
            """, [.int8(resource), .keys(ids)])
    }

    func delete(_ ids: [RecordID], from table: String, of resource: Int64) {
        guard !ids.isEmpty else { return }
        add(
            "records out of \(table)",
            "DELETE FROM \(schema).\(table) WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($3)",
            [.int8(resource), .keys(ids)])
    }
}

extension RecordWrite {
    fileprivate var changesRow: Bool {
        before?.version != after.version || before?.presence != after.presence
            || before?.fingerprint != after.fingerprint
    }
}
