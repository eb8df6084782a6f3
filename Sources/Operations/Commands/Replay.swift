// Sending stored events again: which, how fast, and how many it would be.

import ChangeFeed
import EventStore

/// Which events are meant, as somebody writes it.
package struct ReplayWish: Sendable {
    /// Or their numbers in the log.
    package var ids: [String] = []
    /// `42` or `40-50`: numbers of the log.
    package var sequence: String?
    /// Detected then or later: ISO 8601.
    package var from: String?
    /// Detected before then.
    package var until: String?
    package var types: [EventTypePattern] = []
    package var endpoint: String?
    package var isOfDeadLetters = false
    /// Every event of the log. Nothing else is said then.
    package var isOfAll = false

    package init() {}
}

package struct ReplayCount: Encodable, Sendable, Equatable {
    package let endpoint: String
    package let events: Int

    package init(endpoint: String, events: Int) {
        self.endpoint = endpoint
        self.events = events
    }
}

/// How many events each endpoint would get again. Counting may take its time, and keeps nobody from writing.
package struct CountReplay: Question {
    private let wish: ReplayWish

    package init(_ wish: ReplayWish) {
        self.wish = wish
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> [ReplayCount] {
        let selection = try wish.selection(in: scope)
        if let endpoint = wish.endpoint { try scope.requireConfigured(endpoint: endpoint) }
        let counts = try scope.visit { store throws(StoreProblem) in
            try store.replayed(by: selection, endpoints: scope.endpoints.map { ($0.name, $0.rules) })
        }
        if !counts.contains(where: { $0.events > 0 }) { try scope.requireKnown(types: wish.types) }
        return counts.map { ReplayCount(endpoint: $0.endpoint, events: $0.events) }
    }
}

/// A replay that was asked for, to be looked at again.
package struct AskedReplay: Sendable {
    /// Nil where nothing was ever detected.
    fileprivate let request: OperatorRequest?
}

/// How far the daemon is with a replay; nil where all of it is in the queue. How fast that is sent, is another matter.
package struct ReplayProgress: Question {
    private let asked: AskedReplay

    package init(of asked: AskedReplay) {
        self.asked = asked
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> StatusReport.Replay? {
        guard let request = asked.request else { return nil }
        return try scope.visit { store throws(StoreProblem) in try store.progress(ofReplay: request) }
            .map(StatusReport.Replay.init)
    }
}

/// Asks the daemon to send events again, a little at a time.
package struct Replay: Command {
    /// Events a second, to each endpoint: the default, and what may be asked for.
    package static let usualRate = 10.0
    private static let rates = 0.001...100_000.0

    private let wish: ReplayWish
    private let eventsPerSecond: Double

    package init(_ wish: ReplayWish, eventsPerSecond: Double = usualRate) throws(OperationProblem) {
        guard Self.rates.contains(eventsPerSecond) else {
            throw .invalid(["\(eventsPerSecond) is no rate; write events a second, from 0.001 to 100000"])
        }
        _ = try wish.selection()
        self.wish = wish
        self.eventsPerSecond = eventsPerSecond
    }

    package func leave(in scope: OperationScope) throws(OperationProblem) -> AskedReplay {
        let selection = try wish.selection(in: scope)
        if let endpoint = wish.endpoint { try scope.requireConfigured(endpoint: endpoint) }
        let request = try scope.visit { store throws(StoreProblem) in
            try store.requestReplay(of: selection, eventsPerSecond: eventsPerSecond)
        }
        return AskedReplay(request: request)
    }
}

extension ReplayWish {
    /// - Throws: `invalid` where it names nothing, or what cannot be.
    package func selection() throws(OperationProblem) -> ReplaySelection {
        var selection = ReplaySelection()
        selection.eventIDs = ids
        selection.types = types.map(\.text)
        selection.endpoint = endpoint
        selection.isOfDeadLetters = isOfDeadLetters
        selection.from = try instant(from)
        selection.until = try instant(until)
        if let from = selection.from, let until = selection.until, from >= until {
            throw .invalid(["from is not before until; nothing lies between them"])
        }
        selection.sequences = try numbers(sequence)
        guard !selection.isUnlimited || isOfAll else {
            throw .invalid(["say which events: by id, sequence, from, until, type, dead letters, or all"])
        }
        guard selection.isUnlimited || !isOfAll else { throw .invalid(["all goes with an endpoint only"]) }
        return selection
    }

    /// With every event by its id.
    ///
    /// - Throws: what names no event of the log, besides.
    fileprivate func selection(in scope: OperationScope) throws(OperationProblem) -> ReplaySelection {
        var selection = try selection()
        var found: [String] = []
        for name in ids { found.append(try scope.id(ofEvent: name)) }
        selection.eventIDs = found
        if let numbers = selection.sequences { try scope.requireEvents(among: numbers) }
        return selection
    }

    private func instant(_ text: String?) throws(OperationProblem) -> Instant? {
        guard let text else { return nil }
        guard let instant = DatePattern.parseISO8601(text) else {
            throw .invalid(["\(text) is no time; write one such as 2026-11-23T19:04:05Z"])
        }
        return instant
    }

    private func numbers(_ text: String?) throws(OperationProblem) -> ClosedRange<Int>? {
        guard let text else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1], first <= last
        else {
            throw .invalid(["\(text) is no number or range of numbers; write one such as 42 or 40-50"])
        }
        return first...last
    }
}
