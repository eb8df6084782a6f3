// An account as it is written that comes from another store.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    /// Bytes that are no seed are one that was lost.
    func take(fingerprintSeed seed: [UInt8]?) {
        written.append(
            PostgreSQLStatement(
                "key of the store", "UPDATE \(schema).store SET fingerprint_seed = $1", [.bytes(seed ?? [])]))
    }

    func take(_ ledger: QuotaLedger) {
        let own = ledger.buckets.flatMap { bucket, counts in counts.map { (bucket, $0.key.stored, $0.value) } }
        let all = own + ledger.others.map { ($0.key, Self.usedByOthers, $0.value) }
        guard !all.isEmpty else { return }
        add(
            "usage",
            """
            INSERT INTO \(schema).request_usage (account_id, bucket, purpose, requests)
            SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bigint[])
            """, PostgreSQLColumns(all).column { $0.0 }.column { $0.1 }.column { Int64($0.2) }.parameters)
    }

    func take(_ resource: MovedResource) {
        add(
            "resource",
            """
            INSERT INTO \(schema).resource (account_id, id, name, called, event_name, object, id_field, set_aside_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .int8(resource.id), .text(resource.name.text), .text(resource.called?.text),
                .text(resource.eventName?.text), .text(resource.source?.object), .text(resource.source?.idField),
                .instant(resource.setAsideAt),
            ])
    }

    func take(unreadable writes: [RecordWrite], of resource: Int64) {
        add(
            "records that cannot be read",
            """
            INSERT INTO \(schema).known_record
                (account_id, resource_id, record_key, version, presence, fingerprint, content)
            SELECT $1, $2, *, ''::bytea FROM unnest($3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[]) AS new (key)
            ORDER BY key
            """, [.int8(resource)] + columns(of: writes))
        writeBeside(writes, of: resource)
    }
}
