// What the commands show of events and deliveries.

import ChangeFeed
import GRDB
import StoredForms

/// A delivery as a list shows it.
package struct ListedDelivery: Sendable, Equatable {
    package let id: Int64
    package let endpoint: String
    package let eventID: String
    package let sequence: Int
    /// `webhook-sequence`; nil while it is not certain that it will be sent.
    package let endpointSequence: Int?
    package let type: String
    package let resource: String
    package let record: RecordID
    package let state: DeliveryState
    package let isReplay: Bool
    package let attempts: Int
    package let detectedAt: Instant
    /// Of one that is pending.
    package let dueAt: Instant?
    package let settledAt: Instant?
    /// What came of the last attempt: a status, or the class of its failure.
    package let lastResult: String?
}

/// An attempt as it is shown.
package struct ListedAttempt: Sendable, Equatable {
    package let number: Int
    package let startedAt: Instant
    package let duration: Duration
    package let phases: AttemptPhases
    package let status: Int?
    package let failure: String?
    package let detail: String?
    package let answer: [UInt8]
}

/// An event of the log.
package struct ListedEvent: Sendable, Equatable {
    package let sequence: Int
    package let id: String
    package let type: String
    package let resource: String
    package let record: RecordID
    package let detectedAt: Instant
    /// None where the store holds something else than was written.
    package let body: [UInt8]
}

/// The log onwards from an event.
package struct LoggedEvents: Sendable, Equatable {
    /// The number that it goes on from.
    package var after = 0
    /// In the order of their numbers; what is left out is in `missing`.
    package var events: [ListedEvent] = []
    /// The oldest event that is still there. Nil where there is none.
    package var firstSequence: Int?
    /// Where the log ends; 0 where nothing was ever detected.
    package var lastSequence = 0

    package var hasMore: Bool { (events.last?.sequence ?? lastSequence) < lastSequence }

    /// Where to go on from.
    package var nextAfter: Int { hasMore ? events.last?.sequence ?? after : max(after, lastSequence) }

    /// Numbers between `after` and `nextAfter` whose events are gone: delivered, and deleted since.
    package var missing: [ClosedRange<Int>] {
        Self.missing(among: events.lazy.map(\.sequence), after: after, through: nextAfter)
    }

    package static func missing(
        among numbers: some Sequence<Int>, after: Int, through last: Int
    ) -> [ClosedRange<Int>] {
        var missing: [ClosedRange<Int>] = []
        var next = after + 1
        for number in numbers {
            if number > next { missing.append(next...(number - 1)) }
            next = number + 1
        }
        if next <= last { missing.append(next...last) }
        return missing
    }
}

/// What a list is to hold: all that every condition given admits.
package struct ListFilter: Sendable {
    package var state: DeliveryState?
    package var endpoint: String?
    package var eventID: String?
    /// Patterns such as `contact.*`
    package var types: [EventTypePattern] = []
    package var limit = 50

    package init() {}
}

extension StoreVisitor {
    /// The newest first.
    package func deliveries(_ filter: ListFilter) throws(StoreProblem) -> [ListedDelivery] {
        try visit { db in
            let rows = try rows(in: db)
            var conditions = ["endpoint.account_id = ?"]
            var arguments: StatementArguments = [rows.account]
            if let state = filter.state {
                // Written out, so that the index of that state is found.
                conditions.append("delivery.state = '\(state.stored)'")
            }
            if let endpoint = filter.endpoint {
                conditions.append("endpoint.name = ?")
                arguments += [endpoint]
            }
            if let id = filter.eventID {
                conditions.append("event.id = ?")
                arguments += [id]
            }
            let cursor = try Row.fetchCursor(
                db, sql: Self.listed + " WHERE \(conditions.joined(separator: " AND ")) ORDER BY delivery.id DESC",
                arguments: arguments
            ).map { try ListedDelivery($0, rows) }.filter { delivery in
                filter.types.isEmpty || filter.types.contains { $0.matches(delivery.type) }
            }
            return try Array(cursor.prefix(filter.limit))
        }
    }

    /// A delivery with its attempts and the bytes that the event is stored in; nil where there is none of this number.
    package func delivery(
        _ id: Int64
    ) throws(StoreProblem) -> (delivery: ListedDelivery, attempts: [ListedAttempt], body: [UInt8])? {
        try visit { db in
            let rows = try rows(in: db)
            guard
                let row = try Row.fetchOne(
                    db, sql: Self.listed + " WHERE delivery.id = ? AND endpoint.account_id = ?",
                    arguments: [id, rows.account])
            else { return nil }
            let body = try Row.fetchOne(
                db,
                sql: """
                    SELECT unpacked(coalesce(fold.body, event.body)) AS body FROM delivery
                    JOIN event ON event.sequence = event_sequence LEFT JOIN fold ON delivery_id = delivery.id
                    WHERE delivery.id = ?
                    """,
                arguments: [id])
            let attempts = try Row.fetchAll(
                db, sql: "SELECT * FROM attempt WHERE delivery_id = ? ORDER BY number", arguments: [id])
            return (try ListedDelivery(row, rows), attempts.map(ListedAttempt.init), body?.bytes("body") ?? [])
        }
    }

    /// The newest first.
    package func events(_ filter: ListFilter) throws(StoreProblem) -> [ListedEvent] {
        try visit { db in
            let rows = try rows(in: db)
            let cursor = try Row.fetchCursor(
                db, sql: Self.listedEvents + " WHERE sequence BETWEEN ? AND ? ORDER BY sequence DESC",
                arguments: [rows.keys.lowerBound, rows.keys.upperBound]
            ).map { ListedEvent($0, rows) }.filter { event in
                filter.types.isEmpty || filter.types.contains { $0.matches(event.type) }
            }
            return try Array(cursor.prefix(filter.limit))
        }
    }

    /// Onwards from a number, at most `limit`, and fewer where their bodies are large.
    package func events(after sequence: Int, limit: Int) throws(StoreProblem) -> LoggedEvents {
        try visit { db in
            let rows = try rows(in: db)
            var logged = LoggedEvents(after: sequence)
            logged.firstSequence = try Int.fetchOne(
                db, sql: "SELECT min(sequence) FROM event WHERE sequence BETWEEN ? AND ?",
                arguments: [rows.keys.lowerBound, rows.keys.upperBound]
            ).map(rows.sequence)
            logged.lastSequence = try db.lastSequence(of: rows)
            var bytes = 0
            let cursor = try Row.fetchCursor(
                db, sql: Self.listedEvents + " WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
                arguments: [rows.key(of: sequence), rows.keys.upperBound, limit])
            while bytes < Limits.loggedBytesAtOnce, let row = try cursor.next() {
                let event = ListedEvent(row, rows)
                bytes += event.body.count
                logged.events.append(event)
            }
            return logged
        }
    }

    /// The newest, in the order of their numbers.
    package func events(latest count: Int) throws(StoreProblem) -> LoggedEvents {
        let last = try visit { db in try db.lastSequence(of: rows(in: db)) }
        return try events(after: max(0, last - count), limit: count)
    }

    /// By its id, or by its number in the log.
    package func event(_ name: String) throws(StoreProblem) -> ListedEvent? {
        try visit { db in
            let rows = try rows(in: db)
            return try Row.fetchOne(
                db, sql: Self.listedEvents + " WHERE (event.id = ? OR sequence = ?) AND sequence BETWEEN ? AND ?",
                arguments: [name, Int(name).map(rows.key), rows.keys.lowerBound, rows.keys.upperBound]
            ).map { ListedEvent($0, rows) }
        }
    }

    private static let listedEvents = """
        SELECT sequence, event.id, type, record_id, detected_at, unpacked(body) AS body,
            coalesce(resource.called, resource.name) AS resource
        FROM event JOIN resource ON resource.id = resource_id
        """

    private static let listed = """
        SELECT delivery.*, endpoint.name AS endpoint, event.id AS event_id, event.record_id, event.detected_at,
            coalesce(resource.called, resource.name) AS resource, coalesce(fold.type, event.type) AS type,
            (SELECT coalesce(failure, status) FROM attempt WHERE delivery_id = delivery.id
                ORDER BY number DESC LIMIT 1) AS last_result
        FROM delivery JOIN event ON event.sequence = event_sequence JOIN endpoint ON endpoint.id = endpoint_id
        JOIN resource ON resource.id = resource_id LEFT JOIN fold ON fold.delivery_id = delivery.id
        """
}

extension Limits {
    /// Bodies of events that are read together: a page of them fits into memory a few times over.
    fileprivate static let loggedBytesAtOnce = 4 * 1024 * 1024
}

extension StoreVisitor {
    /// Whether an endpoint of this name was ever sent to.
    package func knows(endpoint name: String) throws(StoreProblem) -> Bool {
        try visit { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM endpoint WHERE account_id = ? AND name = ?)",
                arguments: [rows(in: db).account, name]) ?? false
        }
    }
}

extension ListedDelivery {
    fileprivate init(_ row: Row, _ rows: AccountRows) throws {
        id = row["id"]
        endpoint = row["endpoint"]
        eventID = row["event_id"]
        sequence = rows.sequence(at: row["event_sequence"])
        endpointSequence = row["endpoint_sequence"]
        type = row["type"]
        resource = row["resource"]
        record = row["record_id"]
        state = try DeliveryState(of: row, delivery: row["id"])
        isReplay = row["is_replay"]
        attempts = row["attempts"]
        detectedAt = row["detected_at"]
        dueAt = state == .pending ? row["due_at"] : nil
        settledAt = row["settled_at"]
        lastResult = (row["last_result"] as DatabaseValue).shown
    }
}

extension DatabaseValue {
    fileprivate var shown: String? {
        switch storage {
        case .int64(let number): String(number)
        case .string(let text): text
        default: nil
        }
    }
}

extension ListedAttempt {
    fileprivate init(_ row: Row) {
        number = row["number"]
        startedAt = row["started_at"]
        duration = .microseconds(row["duration"])
        phases = (row["phases"] as String?).flatMap(StoredPhases.value) ?? AttemptPhases()
        status = row["status"]
        failure = row["failure"]
        detail = row["detail"]
        answer = row.bytes("answer")
    }
}

extension ListedEvent {
    fileprivate init(_ row: Row, _ rows: AccountRows) {
        sequence = rows.sequence(at: row["sequence"])
        id = row["id"]
        type = row["type"]
        resource = row["resource"]
        record = row["record_id"]
        detectedAt = row["detected_at"]
        body = row.bytes("body")
    }
}
