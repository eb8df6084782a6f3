// How the work of an account stands, as it is read.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func resourceStates() throws -> [StoreStatus.Resource] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM resource WHERE account_id = ? AND cursor IS NOT NULL AND set_aside_at IS NULL ORDER BY name
                """,
            arguments: [rows.account]
        ).map(resourceState)
    }

    private func resourceState(_ row: Row) throws -> StoreStatus.Resource {
        let id: Int64 = row["id"]
        let counts = try Row.fetchAll(
            db, sql: "SELECT presence, count(*) FROM known_record WHERE resource_id = ? GROUP BY presence",
            arguments: [id])
        let records = try counts.map { counted in
            guard let presence = Presence(stored: counted[0]) else {
                throw UnreadableRow("presence", of: "known records of the resource", row["name"])
            }
            return (presence, counted[1] as Int)
        }
        var resource = StoreStatus.Resource(
            name: ResourceName(row["name"]), progress: ResourceProgress(row: row),
            records: Dictionary(records, uniquingKeysWith: +),
            pace: (row["pace"] as String?).flatMap(StoredPace.value) ?? ResourcePace())
        let (held, open) = (try unstamped(.held, of: id), try unstamped(.open, of: id))
        (resource.changesHeld, resource.changesHeldSince) = (held.records, held.since)
        if held.records > 0 { resource.changesHeldIn = try heldPaths(of: id) }
        (resource.changesOpen, resource.changesOpenSince) = (open.records, open.since)
        return resource
    }

    private func unstamped(_ state: UnstampedState, of resource: Int64) throws -> (records: Int, since: Instant?) {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS records, min(held_since) AS since FROM unstamped_change
                WHERE resource_id = ? AND state = '\(state.stored)'
                """,
            arguments: [resource])
        return row.map { ($0["records"], $0["since"]) } ?? (0, nil)
    }

    func endpointStates() throws -> [StoreStatus.Endpoint] {
        try Row.fetchAll(
            db, sql: "SELECT id, name, held_until, health FROM endpoint WHERE account_id = ? ORDER BY name",
            arguments: [rows.account]
        ).map { row in
            var endpoint = StoreStatus.Endpoint(name: row["name"])
            endpoint.heldUntil = row["held_until"]
            endpoint.health = EndpointHealth(column: row["health"])
            endpoint.queue = try db.queueDepth(ofEndpoint: row["id"])
            endpoint.oldestOpen = try oldestOpen(of: row["id"])
            return endpoint
        }
    }

    /// What waits, waits for one that is older and pending.
    private func oldestOpen(of endpoint: Int64) throws -> Instant? {
        try Instant.fetchOne(
            db,
            sql: """
                SELECT detected_at FROM event WHERE sequence = (
                    SELECT event_sequence FROM delivery WHERE id = (
                        SELECT min(id) FROM delivery WHERE endpoint_id = ? AND is_replay = 0 AND state = 'pending'))
                """,
            arguments: [endpoint])
    }

    func openByEndpoint() throws -> [String: Int] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name, count(*) AS open FROM delivery JOIN endpoint ON endpoint.id = endpoint_id
                WHERE account_id = ? AND state IN ('pending', 'waiting') GROUP BY endpoint_id
                """,
            arguments: [self.rows.account])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["open"]) })
    }

    func unreadableMemories() throws -> [UnreadableRow] {
        let account = rows.account
        let health = try String.fetchOne(
            db, sql: "SELECT api_health FROM account WHERE id = ? AND api_health IS NOT NULL", arguments: [account])
        let paces = try Row.fetchAll(
            db,
            sql: "SELECT name, pace FROM resource WHERE account_id = ? AND pace IS NOT NULL AND set_aside_at IS NULL",
            arguments: [account])
        var unreadable: [UnreadableRow] = []
        if let health, StoredAPIHealth.value(in: health) == nil {
            unreadable.append(UnreadableRow("api_health", of: "account", "number \(account)"))
        }
        for row in paces where StoredPace.value(in: row["pace"]) == nil {
            unreadable.append(UnreadableRow("pace", of: "resource", row["name"]))
        }
        return unreadable + (try db.damagedDictionaries(ofAccount: account))
    }
}
