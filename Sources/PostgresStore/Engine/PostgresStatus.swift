// How the work of an account stands, as it is read.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func resourceStates() throws -> [StoreStatus.Resource] {
        let paces = try paces()
        let contacted = try small(.resources).current.filter { try $0.row.optionalInstant("cursor") != nil }
        return try contacted.sorted { $0.resource.name.text.utf8.lexicographicallyPrecedes($1.resource.name.text.utf8) }
            .map { try state(of: $0, paces[$0.resource.name] ?? ResourcePace()) }
    }

    private func state(of stored: SmallState.Resource, _ pace: ResourcePace) throws -> StoreStatus.Resource {
        let (id, name) = (stored.resource.id, stored.resource.name)
        let counts = try ask(
            "records by their presence",
            """
            SELECT presence, count(*) AS records FROM \(schema).known_record
            WHERE account_id = $1 AND resource_id = $2 GROUP BY presence
            """, [.int8(id)], about: [.records])
        let records = try counts.map { row in
            guard let presence = Presence(stored: try row.int("presence")) else {
                throw UnreadableRow("presence", of: "known records of the resource", name.text)
            }
            return (presence, try row.int("records"))
        }
        var state = StoreStatus.Resource(
            name: name, progress: try ResourceProgress(stored.row), records: Dictionary(records, uniquingKeysWith: +),
            pace: pace)
        let (held, open) = (try unstamped(.held, of: id), try unstamped(.open, of: id))
        (state.changesHeld, state.changesHeldSince) = (held.records, held.since)
        if held.records > 0 { state.changesHeldIn = try heldPaths(of: id) }
        (state.changesOpen, state.changesOpenSince) = (open.records, open.since)
        return state
    }

    private func unstamped(_ state: UnstampedState, of resource: Int64) throws -> (records: Int, since: Instant?) {
        guard try small(.unstamped).resource(resource)?.hasUnstamped ?? false else { return (0, nil) }
        let row = try ask(
            "changes without a stamp",
            """
            SELECT count(*) AS records, min(held_since) AS since FROM \(schema).unstamped_change
            WHERE account_id = $1 AND resource_id = $2 AND state = $3
            """, [.int8(resource), .text(state.stored)], about: [.unstamped])[0]
        return (try row.int("records"), try row.optionalInstant("since"))
    }

    func endpointStates() throws -> [StoreStatus.Endpoint] {
        let inOrder = try small(.endpoints).endpoints.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return try inOrder.map { row in
            var endpoint = StoreStatus.Endpoint(name: row.name)
            endpoint.heldUntil = row.heldUntil
            endpoint.health = row.health ?? EndpointHealth()
            endpoint.queue = try depth(of: row.id)
            endpoint.oldestOpen = try oldestOpen(of: row.id)
            return endpoint
        }
    }

    /// What waits, waits for one that is older and pending.
    private func oldestOpen(of endpoint: Int64) throws -> Instant? {
        try ask(
            "oldest open delivery",
            """
            SELECT detected_at FROM \(schema).event WHERE account_id = $1 AND sequence = (
                SELECT event_sequence FROM \(schema).delivery WHERE account_id = $1 AND endpoint_id = $2
                    AND NOT is_replay AND state = 'pending'
                ORDER BY id LIMIT 1)
            """, [.int8(endpoint)], about: [.log, .deliveries]
        ).first?.instant("detected_at")
    }

    func openByEndpoint() throws -> [String: Int] {
        let rows = try ask(
            "open deliveries by their endpoint",
            """
            SELECT endpoint_id, count(*) AS open FROM \(schema).delivery
            WHERE account_id = $1 AND state IN ('pending', 'waiting') GROUP BY endpoint_id
            """, about: [.deliveries])
        let open = Dictionary(
            try rows.map { (try $0.value("endpoint_id", as: Int64.self), try $0.int("open")) },
            uniquingKeysWith: { first, _ in first })
        let named = try small(.endpoints).endpoints.compactMap { row in open[row.id].map { (row.name, $0) } }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }

    func unreadableMemories() throws -> [UnreadableRow] {
        var unreadable: [UnreadableRow] = []
        let health = try ask(
            "what the API has been like",
            "SELECT api_health FROM \(schema).account WHERE id = $1 AND api_health IS NOT NULL", about: [.account]
        ).first?.value("api_health", as: String.self)
        if let health, StoredAPIHealth.value(in: health) == nil {
            unreadable.append(UnreadableRow("api_health", of: "account", "number \(link.account)"))
        }
        let paces = try ask(
            "paces",
            """
            SELECT name, pace FROM \(schema).resource
            WHERE account_id = $1 AND pace IS NOT NULL AND set_aside_at IS NULL
            """, about: [.resources])
        for row in paces where StoredPace.value(in: try row.value("pace")) == nil {
            unreadable.append(UnreadableRow("pace", of: "resource", try row.value("name")))
        }
        return unreadable + (try damagedDictionaries())
    }

    private func damagedDictionaries() throws -> [UnreadableRow] {
        let rows = try ask(
            "dictionaries",
            """
            SELECT number, digest, bytes, coalesce(called, name) AS resource
            FROM \(schema).dictionary JOIN \(schema).resource ON resource.account_id = $1 AND resource.id = resource_id
            WHERE dictionary.account_id = $1 ORDER BY number
            """, about: [.resources])
        return try rows.compactMap { row in
            guard try !StoredDictionary.isWhole(row) else { return nil }
            let (number, resource): (Int64, String) = (try row.value("number"), try row.value("resource"))
            return UnreadableRow("bytes", of: "dictionary", "number \(number) of the resource \(resource)")
        }
    }
}
