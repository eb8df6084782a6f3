// What somebody asks before events are sent again: how many there are, and that it be done.

import ChangeFeed

/// How many events each endpoint would get again.
package struct CountReplays {
    private let selection: ReplaySelection
    private let endpoints: [(name: String, rules: EndpointRules)]

    /// - Parameter endpoints: those that are configured, by name.
    package init(_ selection: ReplaySelection, to endpoints: [(name: String, rules: EndpointRules)]) {
        self.selection = selection
        self.endpoints = endpoints
    }

    package func run(in store: any StoreReading) throws -> [(endpoint: String, events: Int)] {
        let through = try selection.end(in: store)
        var counts = try endpoints.filter { selection.isTo($0.name) }.map {
            (name: $0.name, rules: $0.rules, id: try store.endpoint(named: $0.name), events: 0)
        }
        var done = try selection.start(in: store) - 1
        // The log may be long: it is looked at in parts.
        while done < through {
            let end = min(through, done + Limits.replayedAtOnce)
            let events = try store.events(selection, after: done, through: end)
            for (index, count) in counts.enumerated() where !events.isEmpty {
                let choice = try ReplayChoice(events, to: count.id, count.rules, selection, in: store)
                counts[index].events += events.count(where: choice.isReplayed)
            }
            done = end
        }
        return counts.map { ($0.name, $0.events) }
    }
}

/// Asks the daemon to send these again.
package struct AskForReplay {
    private let selection: ReplaySelection
    private let eventsPerSecond: Double

    package init(_ selection: ReplaySelection, eventsPerSecond: Double) {
        self.selection = selection
        self.eventsPerSecond = eventsPerSecond
    }

    /// - Returns: what the daemon carries on, and ends.
    @discardableResult
    package func run(in store: any StoreTransaction) throws -> OperatorRequest {
        var request = ReplayRequest(
            selection: selection, eventsPerSecond: eventsPerSecond,
            through: try selection.end(in: store))
        request.doneThrough = try selection.start(in: store) - 1
        return try store.ask(.replay, wish: .replay(request))
    }
}

extension ReplaySelection {
    /// The first event of the log that it can be about.
    fileprivate func start(in store: any StoreReading) throws -> Int {
        var start = sequences?.lowerBound ?? 1
        if let from {
            // Events of one moment, and of a clock that was set back, stand close by.
            let first = try store.firstEvent(detectedSince: from) ?? .max
            start = max(start, first - Limits.replayedAtOnce)
        }
        return start
    }

    /// The last one.
    fileprivate func end(in store: any StoreReading) throws -> Int {
        min(try store.lastSequence(), sequences?.upperBound ?? .max)
    }
}

extension StoreTransaction {
    @discardableResult
    package func ask(
        _ verb: OperatorRequest.Verb, resource: Int64? = nil, endpoint: Int64? = nil,
        wish: OperatorRequest.Wish = .nothingElse
    ) throws -> OperatorRequest {
        let id = try lastNumber(of: .requests) + 1
        let request = OperatorRequest(id: id, verb, resource: resource, endpoint: endpoint, wish: wish)
        try write([.ask(request)])
        return request
    }
}
