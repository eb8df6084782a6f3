// A replay that was asked for, and how far it is, as it stands in its column. Times are microseconds since 1970.

import ChangeFeed

package struct StoredReplay: StoredForm {
    private struct Selection: Codable {
        var eventIDs: [String]
        /// The first and the last.
        var sequences: [Int]?
        var from: Int64?
        var until: Int64?
        var types: [String]
        var endpoint: String?
        var isOfDeadLetters: Bool
    }

    private var selection: Selection
    private var eventsPerSecond: Double
    private var through: Int
    private var doneThrough: Int
    private var count: Int

    package init(_ request: ReplayRequest) {
        let wanted = request.selection
        selection = Selection(
            eventIDs: wanted.eventIDs, sequences: wanted.sequences.map { [$0.lowerBound, $0.upperBound] },
            from: wanted.from?.microsecondsSince1970, until: wanted.until?.microsecondsSince1970, types: wanted.types,
            endpoint: wanted.endpoint, isOfDeadLetters: wanted.isOfDeadLetters)
        eventsPerSecond = request.eventsPerSecond
        (through, doneThrough, count) = (request.through, request.doneThrough, request.count)
    }

    package var value: ReplayRequest? {
        guard eventsPerSecond > 0, eventsPerSecond.isFinite, count >= 0 else { return nil }
        var wanted = ReplaySelection()
        wanted.eventIDs = selection.eventIDs
        if let bounds = selection.sequences {
            guard bounds.count == 2, bounds[0] <= bounds[1] else { return nil }
            wanted.sequences = bounds[0]...bounds[1]
        }
        if let from = selection.from {
            guard let from = Instant(calculable: from) else { return nil }
            wanted.from = from
        }
        if let until = selection.until {
            guard let until = Instant(calculable: until) else { return nil }
            wanted.until = until
        }
        (wanted.types, wanted.endpoint) = (selection.types, selection.endpoint)
        wanted.isOfDeadLetters = selection.isOfDeadLetters
        var request = ReplayRequest(selection: wanted, eventsPerSecond: eventsPerSecond, through: through)
        (request.doneThrough, request.count) = (doneThrough, count)
        return request
    }
}
