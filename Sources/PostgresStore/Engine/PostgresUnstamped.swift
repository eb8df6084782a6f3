// Changes without a stamp, as they are read.

import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    /// Nearly always there are none, which one look at all resources says.
    private func hasUnstamped(_ resource: Int64) throws -> Bool {
        try small(.unstamped).resource(resource)?.hasUnstamped ?? false
    }

    func unstamped(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        guard try hasUnstamped(resource) else { return [] }
        return try subset(of: ids, in: "unstamped_change", of: resource, about: .unstamped)
    }

    func count(_ selection: UnstampedSelection) throws -> Int {
        guard try hasUnstamped(selection.resource) else { return 0 }
        var sql = "account_id = $1 AND resource_id = $2 AND state = $3"
        var parameters: [PostgreSQLValue] = [.int8(selection.resource), .text(selection.state.stored)]
        if let reading = selection.reading {
            parameters.append(.text(reading.stored))
            sql += " AND reading = $\(parameters.count + 1)"
        }
        if let within = selection.within {
            parameters.append(.utf8(within.sorted()))
            sql += """
                 AND NOT EXISTS (SELECT FROM \(schema).unstamped_path AS path WHERE path.account_id = $1
                    AND path.resource_id = $2 AND path.record_key = change.record_key
                    AND path.path <> ALL($\(parameters.count + 1)))
                """
        }
        return try ask(
            "count of changes without a stamp",
            "SELECT count(*) AS changes FROM \(schema).unstamped_change AS change WHERE \(sql)", parameters,
            about: [.unstamped])[0].int("changes")
    }

    func unstampedPaths(of resource: Int64, foundBy reading: Reading) throws -> [String: (records: Int, isHeld: Bool)] {
        guard try hasUnstamped(resource) else { return [:] }
        let rows = try ask(
            "paths of changes without a stamp",
            """
            SELECT path, count(*) AS records, bool_or(state = 'held') AS is_held
            FROM \(schema).unstamped_change JOIN \(schema).unstamped_path USING (account_id, resource_id, record_key)
            WHERE account_id = $1 AND resource_id = $2 AND (state = 'held' OR (state = 'open' AND reading = $3))
            GROUP BY path
            """, [.int8(resource), .text(reading.stored)], about: [.unstamped])
        return Dictionary(
            try rows.map { (try $0.path(), (records: try $0.int("records"), isHeld: try $0.value("is_held"))) },
            uniquingKeysWith: { first, _ in first })
    }

    func heldPaths(of resource: Int64) throws -> [String] {
        guard try hasUnstamped(resource) else { return [] }
        return try ask(
            "paths of held changes",
            """
            SELECT DISTINCT path
            FROM \(schema).unstamped_change JOIN \(schema).unstamped_path USING (account_id, resource_id, record_key)
            WHERE account_id = $1 AND resource_id = $2 AND state = 'held' ORDER BY path
            """, [.int8(resource)], about: [.unstamped]
        ).map { try $0.path() }
    }

    func lastUnstamped(_ state: UnstampedState, of resource: Int64) throws -> Instant? {
        guard try hasUnstamped(resource) else { return nil }
        return try ask(
            "last change without a stamp",
            """
            SELECT max(held_since) AS last FROM \(schema).unstamped_change
            WHERE account_id = $1 AND resource_id = $2 AND state = $3
            """, [.int8(resource), .text(state.stored)], about: [.unstamped])[0].optionalInstant("last")
    }

    func openUnstamped(
        of resource: Int64, foundBy reading: Reading, through last: Instant, limit: Int
    ) throws -> [(id: RecordID, paths: Set<String>)] {
        guard try hasUnstamped(resource) else { return [] }
        return try ask(
            "open changes without a stamp",
            """
            SELECT record_key, ARRAY(
                    SELECT path FROM \(schema).unstamped_path AS path WHERE path.account_id = $1 AND path.resource_id = $2
                        AND path.record_key = change.record_key) AS paths
            FROM \(schema).unstamped_change AS change
            WHERE account_id = $1 AND resource_id = $2 AND state = 'open' AND reading = $3
                AND coalesce(held_since <= $4, true)
            ORDER BY serial LIMIT $5
            """, [.int8(resource), .text(reading.stored), .instant(last), .int(limit)], about: [.unstamped]
        ).map { row in
            let paths = try row.array("paths", of: [UInt8].self).compactMap { $0 }
            return (try row.recordID("record_key"), Set(paths.map { String(decoding: $0, as: UTF8.self) }))
        }
    }

    func heldUnstamped(of resource: Int64, through last: Instant, limit: Int) throws -> [RecordID] {
        guard try hasUnstamped(resource) else { return [] }
        return try ask(
            "held changes without a stamp",
            """
            SELECT record_key FROM \(schema).unstamped_change
            WHERE account_id = $1 AND resource_id = $2 AND state = 'held' AND held_since <= $3 ORDER BY serial LIMIT $4
            """, [.int8(resource), .instant(last), .int(limit)], about: [.unstamped]
        ).map { try $0.recordID("record_key") }
    }

    func decidedUnstamped(of resource: Int64, limit: Int) throws -> [DecidedChange] {
        guard try hasUnstamped(resource) else { return [] }
        return try ask(
            "decided changes without a stamp",
            """
            SELECT record_key, state, content FROM \(schema).unstamped_change
            WHERE account_id = $1 AND resource_id = $2 AND state IN ('telling', 'learning')
            ORDER BY state, held_since NULLS FIRST, serial LIMIT $3
            """, [.int8(resource), .int(limit)], about: [.unstamped]
        ).map { row in
            DecidedChange(
                id: try row.recordID("record_key"), isTold: try row.value("state") == UnstampedState.telling.stored,
                content: try row.unpacked("content", by: packing))
        }
    }

    func verdicts(of resource: Int64) throws -> [UnstampedVerdict] {
        guard try small(.unstamped).resource(resource)?.hasVerdict ?? false else { return [] }
        let rows = try ask(
            "verdicts",
            """
            SELECT * FROM \(schema).unstamped_verdict WHERE account_id = $1 AND resource_id = $2
            ORDER BY decided_at, reading
            """, [.int8(resource)], about: [.unstamped])
        return try rows.map { row in
            let paths = try? JSONDecoder().decode(
                [String].self, from: Data(try row.value("held_paths", as: String.self).utf8))
            guard let reading = Reading(stored: try row.value("reading")), let paths else {
                throw UnreadableRow("verdict", of: "changes of the resource", "number \(resource)")
            }
            return UnstampedVerdict(
                reading: reading, foundThrough: try row.instant("found_through"),
                decidedAt: try row.instant("decided_at"), heldPaths: Set(paths))
        }
    }

    func openReadings(of resource: Int64, foundBefore moment: Instant) throws -> [Reading] {
        guard try hasUnstamped(resource) else { return [] }
        return try ask(
            "readings of open changes",
            """
            SELECT DISTINCT reading FROM \(schema).unstamped_change
            WHERE account_id = $1 AND resource_id = $2 AND state = 'open' AND held_since <= $3 ORDER BY reading
            """, [.int8(resource), .instant(moment)], about: [.unstamped]
        ).compactMap { Reading(stored: try $0.value("reading")) }
    }

    func resourcesWithDecisions() throws -> Set<Int64> {
        let state = try small(.unstamped)
        let withVerdict = state.resources.filter(\.hasVerdict).map(\.resource.id)
        let withChanges = state.resources.filter(\.hasUnstamped).map(\.resource.id)
        guard !withChanges.isEmpty else { return Set(withVerdict) }
        return try Set(withVerdict).union(resources(withChange: "state IN ('telling', 'learning')"))
    }

    func resourcesWithOverdue(foundBefore moment: Instant, now: Instant) throws -> Set<Int64> {
        guard try small(.unstamped).resources.contains(where: \.hasUnstamped) else { return [] }
        return try resources(
            withChange: "state = 'open' AND (held_since IS NULL OR held_since <= $2 OR held_since > $3)",
            [.instant(moment), .instant(now)])
    }

    private func resources(withChange condition: String, _ parameters: [PostgreSQLValue] = []) throws -> Set<Int64> {
        Set(
            try ask(
                "resources with changes without a stamp",
                """
                SELECT id FROM \(schema).resource WHERE account_id = $1 AND EXISTS (
                    SELECT FROM \(schema).unstamped_change AS change WHERE change.account_id = $1
                        AND change.resource_id = resource.id AND \(condition))
                """, parameters, about: [.unstamped]
            ).map { try $0.value("id") })
    }
}

extension PostgreSQLRow {
    fileprivate func path() throws -> String { String(decoding: try value("path", as: [UInt8].self), as: UTF8.self) }
}
