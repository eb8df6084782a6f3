// Events of the log as lists show them, and onwards from a number.

import ChangeFeed

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

    package init(
        sequence: Int, id: String, type: String, resource: String, record: RecordID, detectedAt: Instant,
        body: [UInt8]
    ) {
        self.sequence = sequence
        self.id = id
        self.type = type
        self.resource = resource
        self.record = record
        self.detectedAt = detectedAt
        self.body = body
    }
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

    /// What an account's log holds that nothing was ever detected of.
    package init(after: Int = 0) {
        self.after = after
    }

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

extension LoggedEvents {
    /// Onwards from a number, at most `limit`, and fewer where their bodies are large.
    package init(after sequence: Int, limit: Int, in store: any StoreReading) throws {
        after = sequence
        firstSequence = try store.firstSequence()
        lastSequence = try store.lastSequence()
        events = try store.listedEvents(after: sequence, limit: limit, bytes: Limits.loggedBytesAtOnce)
    }

    /// The newest, in the order of their numbers.
    package init(latest count: Int, in store: any StoreReading) throws {
        try self.init(after: max(0, try store.lastSequence() - count), limit: count, in: store)
    }
}

extension ListReading {
    /// An event by its id, or by its number in the log.
    package func listedEvent(named name: String) throws -> ListedEvent? {
        if let event = try listedEvent(id: name) { return event }
        return try Int(name).flatMap { try listedEvent(sequence: $0) }
    }
}

extension Limits {
    /// Bodies of events that are read together: a page of them fits into memory a few times over.
    fileprivate static let loggedBytesAtOnce = 4 * 1024 * 1024
}
