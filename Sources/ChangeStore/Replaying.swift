// Sending stored events again: asked for by a command, carried out by the daemon a little at a time.

import ChangeFeed
import GRDB

extension StoreVisitor {
    /// How many events each endpoint would get again.
    ///
    /// - Parameter endpoints: those that are configured, by name.
    package func replayed(
        by selection: ReplaySelection, endpoints: [(name: String, rules: EndpointRules)]
    ) throws(StoreProblem) -> [(endpoint: String, events: Int)] {
        try visit { db in
            let (start, through) = (try selection.start(in: db), try db.lastSequence())
            var counts = endpoints.filter { selection.endpoint == nil || selection.endpoint == $0.name }
                .map { (endpoint: $0, id: Int64?.none, events: 0) }
            for index in counts.indices {
                counts[index].id = try Int64.fetchOne(
                    db, sql: "SELECT id FROM endpoint WHERE name = ?", arguments: [counts[index].endpoint.name])
            }
            let events = try SelectedEvent.cursor(db, selection, after: start - 1, through: through)
            while let event = try events.next() {
                for (index, count) in counts.enumerated() {
                    let last = try count.id.flatMap { try db.lastDelivery(of: event.sequence, to: $0) }
                    if try db.isReplayed(event, after: last, selection, rules: count.endpoint.rules) {
                        counts[index].events += 1
                    }
                }
            }
            return counts.map { ($0.endpoint.name, $0.events) }
        }
    }

    /// Asks the daemon to send these again.
    package func requestReplay(
        of selection: ReplaySelection, eventsPerSecond: Double
    ) throws(StoreProblem) {
        try visit { db in
            var request = ReplayRequest(
                selection: selection, eventsPerSecond: eventsPerSecond,
                through: min(try db.lastSequence(), selection.sequences?.upperBound ?? .max))
            request.doneThrough = try selection.start(in: db) - 1
            try db.execute(
                sql: "INSERT INTO operator_request (verb, detail) VALUES ('replay', ?)",
                arguments: [StoredReplay.text(request)])
        }
    }
}

/// What came of carrying a replay on for a while.
package enum ReplayStep: Sendable {
    /// - Parameter isDone: whether all of it is in the queue.
    case carriedOn(ReplayRequest, isDone: Bool)
    /// It could not be read, and is forgotten.
    case dropped(UnreadableRow)
}

extension ChangeStore {
    /// Puts the next events of the oldest replay that was asked for into the queue, at most `limit`.
    ///
    /// - Returns: nil where none is asked for.
    package func carryOnReplay(
        to endpoints: [StoredEndpoint], limit: Int, at now: Instant
    ) throws -> ReplayStep? {
        let isAsked = try pool.read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE verb = 'replay')") ?? false
        }
        guard isAsked else { return nil }
        return try pool.write { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT id, detail FROM operator_request WHERE verb = 'replay' ORDER BY id LIMIT 1")
            guard let row else { return nil }
            let id: Int64 = row["id"]
            guard var request = (row["detail"] as String?).flatMap(StoredReplay.value) else {
                try db.execute(sql: "DELETE FROM operator_request WHERE id = ?", arguments: [id])
                return .dropped(UnreadableRow(request: id))
            }
            let isDone = try db.carryOn(&request, to: endpoints, limit: limit, at: now)
            if isDone {
                try db.execute(sql: "DELETE FROM operator_request WHERE id = ?", arguments: [id])
            } else {
                try db.execute(
                    sql: "UPDATE operator_request SET detail = ? WHERE id = ?",
                    arguments: [StoredReplay.text(request), id])
            }
            return .carriedOn(request, isDone: isDone)
        }
    }
}

extension Database {
    func lastSequence() throws -> Int {
        try Int.fetchOne(self, sql: "SELECT last_sequence FROM event_counter") ?? 0
    }

    /// Whether nothing of it is left.
    fileprivate func carryOn(
        _ request: inout ReplayRequest, to endpoints: [StoredEndpoint], limit: Int, at now: Instant
    ) throws -> Bool {
        let endpoints = endpoints.filter { request.selection.endpoint == nil || request.selection.endpoint == $0.name }
        // A part of the log, whether or not much of it is wanted: no step holds up others for long.
        let through = min(request.through, request.doneThrough + limit)
        let events = try SelectedEvent.cursor(self, request.selection, after: request.doneThrough, through: through)
        while let event = try events.next() {
            var isSent = false
            for endpoint in endpoints {
                let last = try lastDelivery(of: event.sequence, to: endpoint.id)
                guard try isReplayed(event, after: last, request.selection, rules: endpoint.rules) else { continue }
                try replay(event, after: last, to: endpoint, spacing: request.spacing, at: now)
                isSent = true
            }
            if isSent { request.count += 1 }
        }
        request.doneThrough = through
        return through >= request.through
    }

    /// Whether an endpoint gets it again: what it got before, or was to get, and what it would get now. What is on its way
    /// is left alone.
    fileprivate func isReplayed(
        _ event: SelectedEvent, after last: LastDelivery?, _ selection: ReplaySelection, rules: EndpointRules
    ) throws -> Bool {
        switch last?.state {
        case .pending, .waiting: return false
        case .dead: return true
        case .delivered, .replayed: return !selection.isOfDeadLetters
        case nil:
            guard !selection.isOfDeadLetters, rules.filter.mayAdmit(type: event.type, resource: event.resourceName)
            else { return false }
            if rules.filter.fields.isEmpty { return true }
            let body = try Row.fetchOne(
                cachedStatement(sql: "SELECT unpacked(body) AS body FROM event WHERE sequence = ?"),
                arguments: [event.sequence])
            return EventMessage(body: body?.bytes("body") ?? [])
                .map { rules.filter.admits($0.change, type: event.type, resource: event.resourceName) } ?? false
        }
    }

    /// A new delivery of the same event, under the number that the receiver knows it by.
    private func replay(
        _ event: SelectedEvent, after last: LastDelivery?, to endpoint: StoredEndpoint, spacing: Duration,
        at now: Instant
    ) throws {
        if let last, last.state == .dead {
            try execute(
                sql: "UPDATE delivery SET state = 'replayed', settled_at = ? WHERE id = ?", arguments: [now, last.id])
        }
        let key = endpoint.rules.order.key(resource: event.resource, record: event.record, isReplay: true)
        let delivery = try insertDelivery(
            of: event.sequence, to: endpoint, key: key, due: now, replaySpacing: spacing, number: last?.number)
        // What was told then, is told again.
        if let last {
            try execute(
                sql: "INSERT INTO fold (delivery_id, type, body) SELECT ?, type, body FROM fold WHERE delivery_id = ?",
                arguments: [delivery, last.id])
            try noteType(of: delivery)
        }
    }

    fileprivate func lastDelivery(of sequence: Int, to endpoint: Int64) throws -> LastDelivery? {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id, state, endpoint_sequence FROM delivery WHERE event_sequence = ? AND endpoint_id = ?
                    ORDER BY id DESC LIMIT 1
                    """),
            arguments: [sequence, endpoint])
        return try row.map {
            LastDelivery(
                id: $0["id"], state: try DeliveryState(of: $0, delivery: $0["id"]), number: $0["endpoint_sequence"])
        }
    }
}

private struct LastDelivery {
    let id: Int64
    let state: DeliveryState
    let number: Int?
}

/// An event that a selection admits.
private struct SelectedEvent {
    let sequence: Int
    let type: String
    let resource: Int64
    let resourceName: ResourceName
    let record: RecordID

    static func cursor(
        _ db: Database, _ selection: ReplaySelection, after: Int, through: Int
    ) throws -> some Cursor<SelectedEvent> {
        var conditions = ["sequence > ?", "sequence <= ?"]
        var arguments: StatementArguments = [after, through]
        if let range = selection.sequences {
            conditions.append("sequence BETWEEN ? AND ?")
            arguments += [range.lowerBound, range.upperBound]
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
            conditions.append("event.id IN (\(selection.eventIDs.map { _ in "?" }.joined(separator: ",")))")
            arguments += StatementArguments(selection.eventIDs)
        }
        if selection.isOfDeadLetters {
            conditions.append("EXISTS (SELECT 1 FROM delivery WHERE event_sequence = sequence AND state = 'dead')")
        }
        return try Row.fetchCursor(
            db,
            sql:
                "SELECT sequence, event.id, type, resource_id, record_id, coalesce(resource.called, resource.name) AS resource FROM event JOIN resource ON resource.id = resource_id WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence",
            arguments: arguments
        ).map { row in
            SelectedEvent(
                sequence: row["sequence"], type: row["type"], resource: row["resource_id"],
                resourceName: ResourceName(row["resource"]), record: row["record_id"])
        }.filter { selection.admits(type: $0.type) }
    }
}

extension ReplaySelection {
    /// The first event of the log that it can be about.
    fileprivate func start(in db: Database) throws -> Int {
        var start = sequences?.lowerBound ?? 1
        if let from {
            let first = try Int.fetchOne(
                db, sql: "SELECT sequence FROM event WHERE detected_at >= ? ORDER BY detected_at LIMIT 1",
                arguments: [from])
            // Events of one moment, and of a clock that was set back, stand close by.
            start = max(start, (first ?? .max) - Limits.replayedAtOnce)
        }
        return start
    }
}
