// Accounts, resources and endpoints, as they are read and written.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms

extension SQLiteTransaction {
    func resource(named name: ResourceName) throws -> ResourceRow? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(Self.columns) FROM resource WHERE account_id = ? AND name = ?"),
            arguments: [rows.account, name.text]
        ).map(ResourceRow.init(row:))
    }

    func resources() throws -> [ResourceRow] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT \(Self.columns) FROM resource WHERE account_id = ? AND set_aside_at IS NULL ORDER BY id"),
            arguments: [rows.account]
        ).map(ResourceRow.init(row:))
    }

    private static let columns = "id, name, event_name, deletes_held_since"

    func eventNames(besides resource: Int64) throws -> Set<String> {
        try String.fetchSet(
            db, sql: "SELECT coalesce(event_name, name) FROM resource WHERE account_id = ? AND id <> ?",
            arguments: [rows.account, resource])
    }

    func endpointRow(named name: String) throws -> EndpointRow? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM endpoint WHERE account_id = ? AND name = ?"),
            arguments: [rows.account, name]
        ).map(EndpointRow.init(row:))
    }

    func endpointRow(_ id: Int64) throws -> EndpointRow? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM endpoint WHERE id = ? AND account_id = ?"),
            arguments: [id, rows.account]
        )
        .map(EndpointRow.init(row:))
    }

    func heldUntil(of endpoint: Int64) throws -> Instant? {
        try Instant?.fetchOne(
            db.cachedStatement(sql: "SELECT held_until FROM endpoint WHERE id = ?"), arguments: [endpoint]) ?? nil
    }

    func lastNumber(of table: NumberedTable) throws -> Int64 {
        let name =
            switch table {
            case .endpoints: "endpoint"
            case .resources: "resource"
            case .deliveries: "delivery"
            case .requests: "operator_request"
            }
        return Int64(try number("SELECT max(id) FROM \(name)") ?? 0)
    }
}

// MARK: - Writing

extension SQLiteTransaction {
    func introduce(_ resource: NewResource) throws {
        try execute(
            """
            INSERT INTO resource (id, account_id, name, event_name, object, id_field) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                resource.id, rows.account, resource.name.text, resource.eventName.text, resource.source.object,
                resource.source.idField,
            ])
    }

    func identify(_ id: Int64, as name: ResourceName, _ source: RecordSource) throws {
        try execute(
            "UPDATE resource SET event_name = ?, object = ?, id_field = ? WHERE id = ?",
            [name.text, source.object, source.idField, id])
    }

    func write(_ progress: ResourceProgress, of resource: Int64) throws {
        let (walk, presence) = (progress.baselineWalk, progress.presence)
        let hold = StoredHold(presence.hold)
        try execute(
            """
            UPDATE resource SET news_since = ?, cursor = ?, polled_at = ?, baseline_covered = ?, baseline_last = ?,
                sweeps = ?, sweep_covered = ?, sweep_last = ?, swept_at = ?, count_bias = ?, deletes_held_since = ?,
                deletes_hold = ?, deletes_sample = ?, baseline_is_partial = ?, first_contact_own = ?,
                first_contact_server = ?
            WHERE id = ?
            """,
            [
                progress.newsSince, progress.cursor, progress.polledAt, walk?.covered, walk?.last, presence.sweeps,
                presence.walk?.covered, presence.walk?.last, presence.sweptAt, presence.bias,
                presence.hold.heldSince, hold?.word.stored, hold?.sample, progress.baseline == .partial,
                progress.firstContact?.own, progress.firstContact?.server, resource,
            ])
    }

    func write(_ pace: ResourcePace, of resource: Int64) throws {
        try execute("UPDATE resource SET pace = ? WHERE id = ?", [StoredPace.text(pace), resource])
    }
}

extension ResourceRow {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"], name: ResourceName(row["name"]),
            eventName: (row["event_name"] as String?).map(ResourceName.init),
            deletesHeldSince: row["deletes_held_since"])
    }
}

extension EndpointRow {
    init(row: Row) {
        // A target that is damaged is another than any.
        let target: Data? = row["url_digest"]
        self.init(
            id: row["id"], name: row["name"], order: DeliveryOrder(stored: row["delivery_order"]),
            target: target.map { Fingerprint(bytes: [UInt8]($0)) ?? Fingerprint(of: []) },
            heldUntil: row["held_until"], health: (row["health"] as String?).map { EndpointHealth(column: $0) })
    }
}
