// What was detected: the newest first for people, onwards from a number for receivers, and one by its name.

import ChangeFeed
import EventStore

/// Events of the log, the newest first.
package struct EventList: Question {
    private let types: [EventTypePattern]
    private let limit: Int

    /// - Parameter types: empty: all.
    package init(types: [EventTypePattern] = [], limit: Int) {
        self.types = types
        self.limit = limit
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> [ListedEvent] {
        let events = try scope.visit { store throws(StoreProblem) in try store.events(types, limit: limit) }
        if events.isEmpty { try scope.requireKnown(types: types) }
        return events
    }
}

/// The log onwards from an event: every event once, in the order of its numbers.
///
/// What is in no answer was deleted after `store.retention`; `LoggedEvents.missing` names it.
package struct EventsAfter: Question {
    private enum Part: Sendable {
        case after(Int, limit: Int)
        case latest(Int)
    }

    private let part: Part

    package init(_ sequence: Int, limit: Int) { part = .after(sequence, limit: limit) }

    /// So many of the newest.
    package init(latest count: Int) { part = .latest(count) }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> LoggedEvents {
        try scope.visit { store throws(StoreProblem) in
            switch part {
            case .after(let sequence, let limit): try store.events(after: sequence, limit: limit)
            case .latest(let count): try store.events(latest: count)
            }
        }
    }
}

extension OperationScope {
    /// The id of an event that somebody names by it, or by its number in the log.
    func id(ofEvent name: String) throws(OperationProblem) -> String {
        guard let event = try visit({ store throws(StoreProblem) in try store.event(name) }) else {
            throw .unknownEvent(name)
        }
        return event.id
    }

    /// A range of the log in which there is nothing was not meant.
    func requireEvents(among numbers: ClosedRange<Int>) throws(OperationProblem) {
        let next = try visit { store throws(StoreProblem) in
            try store.events(after: numbers.lowerBound - 1, limit: 1).events.first
        }
        guard let next, numbers.contains(next.sequence) else { throw .noEvents(numbers) }
    }
}

/// One event, by its id or by its number in the log.
package struct EventQuestion: Question {
    private let name: String

    package init(_ name: String) {
        self.name = name
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> ListedEvent {
        guard let event = try scope.visit({ store throws(StoreProblem) in try store.event(name) }) else {
            throw .unknownEvent(name)
        }
        guard !event.body.isEmpty else { throw .unreadableEvent(sequence: event.sequence) }
        return event
    }
}
