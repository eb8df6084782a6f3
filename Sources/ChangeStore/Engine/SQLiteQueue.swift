// The log and the queues, as they are read.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension SQLiteTransaction {
    func lastSequence() throws -> Int { try db.lastSequence(of: rows) }

    func lastNumber(ofEndpoint endpoint: Int64) throws -> Int {
        guard let last = try number("SELECT last_sequence FROM endpoint WHERE id = ?", [endpoint]) else {
            throw DatabaseError(message: "the endpoint \(endpoint) is missing from the store")
        }
        return last
    }

    func openTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        try tails("FROM delivery WHERE endpoint_id = ? AND state IN ('pending', 'waiting')", of: endpoint, keys: keys)
    }

    func deadTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        try tails(
            """
            FROM delivery JOIN fold ON fold.delivery_id = delivery.id
            WHERE endpoint_id = ? AND state = 'dead' AND NOT is_passed_on
            """, of: endpoint, keys: keys)
    }

    private func tails(_ rows: String, of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        var tails: [String: Int64] = [:]
        try fetch(
            "SELECT order_key, max(id) \(rows) AND order_key IN \(RowSets.keys) GROUP BY order_key",
            [endpoint], keys: keys
        ) { tails[$0[0]] = $0[1] }
        return tails
    }

    func queued(_ deliveries: [Int64]) throws -> [Int64: QueuedDelivery] {
        var queued: [Int64: QueuedDelivery] = [:]
        try fetch("SELECT \(Self.queuedColumns) FROM delivery WHERE id IN \(RowSets.keys)", keys: deliveries) {
            queued[$0["id"]] = try QueuedDelivery(row: $0)
        }
        return queued
    }

    func followers(of deliveries: [Int64]) throws -> [Int64: QueuedDelivery] {
        var followers: [Int64: QueuedDelivery] = [:]
        let sql = """
            SELECT this, \(Self.queuedColumns) FROM delivery JOIN (
                SELECT this.id AS this, (
                    SELECT next.id FROM delivery AS next WHERE next.endpoint_id = this.endpoint_id
                        AND next.order_key = this.order_key AND next.state IN ('pending', 'waiting')
                        AND next.id <> this.id ORDER BY next.id LIMIT 1) AS next
                FROM delivery AS this WHERE this.id IN \(RowSets.keys)) ON delivery.id = next
            """
        try fetch(sql, keys: deliveries) { followers[$0["this"]] = try QueuedDelivery(row: $0) }
        return followers
    }

    private static let queuedColumns = "id, endpoint_id, state, attempts, endpoint_sequence"

    func told(by deliveries: [Int64]) throws -> [Int64: ToldDelivery] {
        var told: [Int64: ToldDelivery] = [:]
        let sql = """
            SELECT delivery.id AS id, event.resource_id AS resource, event_sequence, event.type AS event_type, attempts,
                attempts_before, endpoint_sequence IS NOT NULL AS is_numbered, is_replay, unpacked(base) AS base,
                updated_field, fold.type AS told_type, unpacked(coalesce(fold.body, event.body)) AS body,
                fold.body IS NOT NULL AS is_told_otherwise
            FROM delivery JOIN event ON event.sequence = event_sequence
            JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id IN \(RowSets.keys)
            """
        try fetch(sql, keys: deliveries) { row in
            let body = row.bytes("body")
            told[row["id"]] = ToldDelivery(
                id: row["id"], resource: row["resource"], eventSequence: rows.sequence(at: row["event_sequence"]),
                eventType: row["event_type"], attempts: row["attempts"], attemptsBefore: row["attempts_before"],
                isNumbered: row["is_numbered"], isReplay: row["is_replay"], base: row.bytes("base"),
                updatedField: (row["updated_field"] as String?).flatMap(StoredFieldPath.value),
                toldType: row["told_type"], body: body, toldBody: row["is_told_otherwise"] ? body : nil)
        }
        return told
    }

    func depth(of endpoint: Int64) throws -> QueueDepth { try db.queueDepth(ofEndpoint: endpoint) }

    func lackingDictionaries(_ deliveries: [Int64]) throws -> Set<Int64> {
        guard let given = try number("SELECT seq FROM sqlite_sequence WHERE name = 'dictionary'") else { return [] }
        var lacking: Set<Int64> = []
        let sql = """
            SELECT delivery.id, coalesce(fold.body, event.body)
            FROM delivery JOIN event ON event.sequence = delivery.event_sequence
            LEFT JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id IN \(RowSets.keys)
            """
        try fetch(sql, keys: deliveries) { row in
            // A number that was never given out is the row's damage.
            let form = row.bytes(at: 1).withUnsafeBytes { PackedForm(of: $0) }
            guard case .byDictionary(let number, _) = form, number <= given, !packing.knows(number) else { return }
            lacking.insert(row[0])
        }
        return lacking
    }
}

extension QueuedDelivery {
    fileprivate init(row: Row) throws {
        let id: Int64 = row["id"]
        self.init(
            id: id, endpoint: row["endpoint_id"], state: try DeliveryState(of: row, delivery: id),
            attempts: row["attempts"], number: row["endpoint_sequence"])
    }
}

extension Database {
    /// 0 where nothing was ever detected.
    func lastSequence(of rows: AccountRows) throws -> Int {
        let statement = try cachedStatement(sql: "SELECT last_sequence FROM account WHERE id = ?")
        guard let last = try Int.fetchOne(statement, arguments: [rows.account]) else {
            throw DatabaseError(message: "the account \(rows.account) is missing from the store")
        }
        return last
    }

    func queueDepth(ofEndpoint id: Int64) throws -> QueueDepth {
        let open = try Int.fetchOne(
            self, sql: "SELECT count(*) FROM delivery WHERE endpoint_id = ? AND state IN ('pending', 'waiting')",
            arguments: [id])
        let dead = try Int.fetchOne(
            self, sql: "SELECT count(*) FROM delivery WHERE endpoint_id = ? AND state = 'dead'", arguments: [id])
        return QueueDepth(open: open ?? 0, dead: dead ?? 0)
    }
}

// MARK: - Replays and what is given up

extension SQLiteTransaction {
    func lastDeliveries(of sequences: [Int], to endpoint: Int64) throws -> [Int: QueuedDelivery] {
        var last: [Int: QueuedDelivery] = [:]
        let sql = """
            SELECT event_sequence, \(Self.queuedColumns), max(id) FROM delivery
            WHERE endpoint_id = ? AND event_sequence IN \(RowSets.keys) GROUP BY event_sequence
            """
        try fetch(sql, [endpoint], keys: sequences.map(rows.key)) {
            last[rows.sequence(at: $0["event_sequence"])] = try QueuedDelivery(row: $0)
        }
        return last
    }

    func bodies(ofEvents sequences: [Int]) throws -> [Int: [UInt8]] {
        var bodies: [Int: [UInt8]] = [:]
        try fetch(
            "SELECT sequence, unpacked(body) FROM event WHERE sequence IN \(RowSets.keys)",
            keys: sequences.map(rows.key)
        ) { bodies[rows.sequence(at: $0[0])] = $0.bytes(at: 1) }
        return bodies
    }

    func events(_ selection: ReplaySelection, after: Int, through: Int) throws -> [LoggedEvent] {
        var conditions = ["sequence > ?", "sequence <= ?"]
        var arguments: StatementArguments = [rows.key(of: after), rows.key(of: through)]
        if let range = selection.sequences {
            conditions.append("sequence BETWEEN ? AND ?")
            arguments += [rows.key(of: range.lowerBound), rows.key(of: range.upperBound)]
        }
        if let from = selection.from {
            conditions.append("detected_at >= ?")
            arguments += [from]
        }
        if let until = selection.until {
            conditions.append("detected_at < ?")
            arguments += [until]
        }
        if !selection.eventIDs.isEmpty {
            conditions.append("event.id IN (\(RowSets.marks(selection.eventIDs.count)))")
            arguments += StatementArguments(selection.eventIDs)
        }
        if selection.isOfDeadLetters {
            conditions.append("EXISTS (SELECT 1 FROM delivery WHERE event_sequence = sequence AND state = 'dead')")
        }
        let found = try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, type, resource_id, record_id, coalesce(resource.called, resource.name) AS resource
                FROM event JOIN resource ON resource.id = resource_id
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence
                """,
            arguments: arguments)
        return found.map { row in
            LoggedEvent(
                sequence: rows.sequence(at: row["sequence"]), type: row["type"], resource: row["resource_id"],
                resourceName: ResourceName(row["resource"]), record: row["record_id"])
        }.filter { selection.admits(type: $0.type) }
    }

    func firstEvent(detectedSince moment: Instant) throws -> Int? {
        try number(
            """
            SELECT sequence FROM event WHERE detected_at >= ? AND +sequence BETWEEN ? AND ?
            ORDER BY detected_at, sequence LIMIT 1
            """, [moment, rows.keys.lowerBound, rows.keys.upperBound]
        ).map(rows.sequence)
    }

    func unnumbered(of endpoint: Int64) throws -> [Int64] {
        try Int64.fetchAll(
            db, sql: "SELECT id FROM delivery WHERE endpoint_id = ? AND endpoint_sequence IS NULL ORDER BY id",
            arguments: [endpoint])
    }

    func hasUnnumbered(of endpoint: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM delivery WHERE endpoint_id = ? AND endpoint_sequence IS NULL)",
            arguments: [endpoint]) ?? false
    }

    func openDeliveries(of endpoint: Int64, after last: Int64, limit: Int) throws -> [OpenDelivery] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT delivery.id AS id, is_replay, order_key, state, resource_id, record_id,
                    endpoint_sequence IS NOT NULL AS is_numbered
                FROM delivery JOIN event ON event.sequence = event_sequence
                WHERE endpoint_id = ? AND state IN ('pending', 'waiting') AND delivery.id > ?
                ORDER BY delivery.id LIMIT ?
                """,
            arguments: [endpoint, last, limit])
        return try rows.map { row in
            OpenDelivery(
                id: row["id"], isReplay: row["is_replay"], key: row["order_key"],
                state: try DeliveryState(of: row, delivery: row["id"]), resource: row["resource_id"],
                record: row["record_id"], isNumbered: row["is_numbered"])
        }
    }

    func pendingDeliveries(
        of endpoint: Int64, through last: Int64, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [QueuedDelivery] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(Self.queuedColumns) FROM delivery
                WHERE endpoint_id = ? AND state = 'pending' AND id <= ? ORDER BY id
                """,
            arguments: [endpoint, last])
        var pending: [QueuedDelivery] = []
        while pending.count < limit, let row = try rows.next() {
            if !isLeftOut(row["id"]) { pending.append(try QueuedDelivery(row: row)) }
        }
        return pending
    }

    func hasOpen(of endpoint: Int64, through last: Int64) throws -> Bool {
        try exists(
            "SELECT 1 FROM delivery WHERE endpoint_id = ? AND state IN ('pending', 'waiting') AND id <= ?",
            [endpoint, last])
    }

    func lastOpen(of endpoint: Int64) throws -> Int64? {
        try number("SELECT max(id) FROM delivery WHERE endpoint_id = ? AND state IN ('pending', 'waiting')", [endpoint])
            .map(Int64.init)
    }

    func deadLetters(of endpoint: Int64) throws -> DeadLetters? {
        let sql = "SELECT max(id), max(settled_at) FROM delivery WHERE endpoint_id = ? AND state = 'dead'"
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [endpoint]),
            let last = row[0] as Int64?
        else { return nil }
        return DeadLetters(through: last, diedBy: row[1] ?? .distantPast)
    }

    func deadLetters(of endpoint: Int64, among meant: DeadLetters, limit: Int) throws -> [Int64] {
        // In the order of the index of dead letters, so that a part of a million is found without sorting all.
        let sql = """
            SELECT id FROM delivery WHERE endpoint_id = ? AND state = 'dead'
                AND (id <= ? AND ifnull(settled_at <= ?, true) OR id <= ?)
            ORDER BY event_sequence, id LIMIT ?
            """
        return try Int64.fetchAll(
            db.cachedStatement(sql: sql),
            arguments: [endpoint, meant.through, meant.diedBy, meant.givenUpThrough ?? 0, limit])
    }

    func firstPending(before delivery: Int64) throws -> Int64? {
        try number(
            """
            SELECT first.id FROM delivery AS this JOIN delivery AS first
                ON first.endpoint_id = this.endpoint_id AND first.order_key = this.order_key
            WHERE this.id = ? AND first.state = 'pending' ORDER BY first.id LIMIT 1
            """,
            [delivery]
        ).map(Int64.init)
    }
}
