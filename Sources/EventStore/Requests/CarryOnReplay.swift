// Sending stored events again: carried out a little at a time.

import ChangeFeed

/// What came of carrying a replay on for a while.
package enum ReplayStep: Sendable {
    /// - Parameter isDone: whether all of it is in the queue.
    case carriedOn(ReplayRequest, isDone: Bool)
    /// It could not be read, and is forgotten.
    case dropped(UnreadableRow)
}

/// Puts the next events of the oldest replay that was asked for into the queue.
package struct CarryOnReplay {
    private let endpoints: [StoredEndpoint]
    private let limit: Int
    private let now: Instant

    /// - Parameter limit: events of the log that are looked at.
    package init(to endpoints: [StoredEndpoint], limit: Int, at now: Instant) {
        self.endpoints = endpoints
        self.limit = limit
        self.now = now
    }

    /// - Returns: nil where none is asked for.
    package func run(in store: any StoreTransaction) throws -> ReplayStep? {
        guard let asked = try store.requests([.replay]).first else { return nil }
        guard case .replay(var request) = asked.wish else {
            try store.write([.endRequests([asked.id])])
            return .dropped(UnreadableRow(request: asked.id))
        }
        // A part of the log, whether or not much of it is wanted: no step holds up others for long.
        let through = min(request.through, request.doneThrough + limit)
        let events = try store.events(request.selection, after: request.doneThrough, through: through)
        var sent: Set<Int> = []
        for endpoint in endpoints where request.selection.isTo(endpoint.name) {
            sent.formUnion(try replay(events, to: endpoint, request, in: store))
        }
        request.count += sent.count
        request.doneThrough = through
        let isDone = through >= request.through
        try store.write([isDone ? .endRequests([asked.id]) : .update(request: asked.id, .replay(request))])
        return .carriedOn(request, isDone: isDone)
    }

    /// - Returns: the events that it gets again.
    private func replay(
        _ events: [LoggedEvent], to endpoint: StoredEndpoint, _ request: ReplayRequest, in store: any StoreTransaction
    ) throws -> [Int] {
        let choice = try ReplayChoice(events, to: endpoint.id, endpoint.rules, request.selection, in: store)
        let chosen = events.filter { choice.isReplayed($0) }
        guard !chosen.isEmpty else { return [] }
        let news = try store.told(by: chosen.compactMap { choice.last[$0.sequence]?.id })
        let key = { (event: LoggedEvent) in
            endpoint.rules.order.key(resource: event.resource, record: event.record, isReplay: true)
        }
        let open = try store.openTails(of: endpoint.id, keys: Array(Set(chosen.compactMap(key))))
        let read = ReplayRead(
            lastNumber: try store.lastNumber(ofEndpoint: endpoint.id),
            firstDelivery: try store.lastNumber(of: .deliveries) + 1, openKeys: Set(open.keys), last: choice.last,
            told: news)
        let queue = ReplayQueue(chosen, to: endpoint, read, spacing: request.spacing, at: now)
        try store.write(queue.operations)
        return chosen.map(\.sequence)
    }
}

extension ReplaySelection {
    func isTo(_ name: String) -> Bool { endpoint == nil || endpoint == name }
}
