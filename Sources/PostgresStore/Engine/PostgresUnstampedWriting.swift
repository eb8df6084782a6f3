// Changes without a stamp, as they are written.

import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func keep(_ writes: [UnstampedWrite], of resource: KnownResource, foundAt moment: Instant) throws {
        let packing = packing(of: resource)
        let contents = try writes.map { Optional([UInt8](try packing.pack($0.record.bytes))) }
        add(
            "changes without a stamp",
            """
            INSERT INTO \(schema).unstamped_change AS change
                (account_id, resource_id, record_key, reading, state, held_since, content)
            SELECT $1, $2, key, reading, 'open', $3, content
            FROM unnest($4::bytea[], $5::text[], $6::bytea[]) WITH ORDINALITY AS new (key, reading, content, place)
            ORDER BY place
            ON CONFLICT (account_id, resource_id, record_key) DO UPDATE SET reading = excluded.reading,
                content = excluded.content, held_since = excluded.held_since,
                state = CASE WHEN change.state = 'telling' THEN 'telling' ELSE 'open' END
            """,
            [.int8(resource.id), .instant(moment)]
                + PostgreSQLColumns(writes).column { RecordKey.bytes(of: $0.id) }.column { $0.reading.stored }
                .parameters
                + [PostgreSQLValue(array: contents)])
        delete(writes.map(\.id), from: "unstamped_path", of: resource.id)
        let paths = writes.flatMap { write in Set(write.paths).map { (id: write.id, path: $0) } }
        guard !paths.isEmpty else { return }
        add(
            "paths of changes without a stamp",
            """
            INSERT INTO \(schema).unstamped_path (account_id, resource_id, record_key, path)
            SELECT $1, $2, * FROM unnest($3::bytea[], $4::bytea[]) AS new (key, path) ORDER BY key, path
            """,
            [.int8(resource.id)]
                + PostgreSQLColumns(paths).column { RecordKey.bytes(of: $0.id) }.column { Array($0.path.utf8) }
                .parameters)
    }

    func forgetUnstamped(_ ids: [RecordID], of resource: Int64) {
        delete(ids, from: "unstamped_path", of: resource)
        delete(ids, from: "unstamped_change", of: resource)
    }

    func decide(_ ids: [RecordID], of resource: Int64, _ state: UnstampedState, heldSince: Instant?) {
        add(
            "decided changes",
            """
            UPDATE \(schema).unstamped_change SET state = $3, held_since = $4
            WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($5)
            """, [.int8(resource), .text(state.stored), .instant(heldSince), .keys(ids)])
    }

    func decide(_ ids: [RecordID], of resource: Int64, _ state: UnstampedState) {
        add(
            "decided changes",
            """
            UPDATE \(schema).unstamped_change SET state = $3
            WHERE account_id = $1 AND resource_id = $2 AND record_key = ANY($4)
            """, [.int8(resource), .text(state.stored), .keys(ids)])
    }

    func findOpen(of resource: Int64, at moment: Instant) {
        add(
            "open changes",
            """
            UPDATE \(schema).unstamped_change SET held_since = $3
            WHERE account_id = $1 AND resource_id = $2 AND state = 'open' AND (held_since IS NULL OR held_since > $3)
            """, [.int8(resource), .instant(moment)])
    }

    func insert(_ verdict: UnstampedVerdict, of resource: Int64) throws {
        let paths = String(decoding: try JSONEncoder().encode(verdict.heldPaths.sorted()), as: UTF8.self)
        add(
            "verdict",
            """
            INSERT INTO \(schema).unstamped_verdict
                (account_id, resource_id, reading, found_through, decided_at, held_paths)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .int8(resource), .text(verdict.reading.stored), .instant(verdict.foundThrough),
                .instant(verdict.decidedAt), .text(paths),
            ])
    }

    func endVerdict(on reading: Reading, of resource: Int64) {
        add(
            "verdict",
            "DELETE FROM \(schema).unstamped_verdict WHERE account_id = $1 AND resource_id = $2 AND reading = $3",
            [.int8(resource), .text(reading.stored)])
    }
}
