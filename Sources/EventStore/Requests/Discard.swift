// Letting go of dead letters for good: nobody is told of them any more, and they no longer count.

import ChangeFeed

/// What became of dead letters that somebody asked to discard.
package struct Discarded: Sendable, Equatable {
    /// How many are gone, by their endpoints.
    package var letters: [Int64: Int] = [:]
    /// Whether there is more to do at once.
    package var hasMore = false

    package init() {}
}

/// Discards dead letters that somebody asked to, all that an endpoint had at that moment. Their events stay in the log
/// until they are old enough, so that whoever reads it finds no gap.
package struct Discard {
    private let limit: Int

    /// - Parameter limit: letters at once.
    package init(limit: Int) {
        self.limit = limit
    }

    package func run(in store: any StoreTransaction) throws -> Discarded {
        var discarded = Discarded()
        guard let asked = try store.requests([.discard]).first else { return discarded }
        guard let endpoint = asked.endpoint, case .delivery(let last) = asked.wish else {
            // One that cannot be read asks for nothing, and is over.
            try store.write([.endRequests([asked.id])])
            return discarded
        }
        let letters = try store.deadLetters(of: endpoint, through: last, limit: limit)
        discarded.hasMore = letters.count == limit
        discarded.letters[endpoint] = letters.isEmpty ? nil : letters.count
        try store.write([.dropDeliveries(letters)] + (discarded.hasMore ? [] : [.endRequests([asked.id])]))
        return discarded
    }
}

/// Asks the daemon to discard all dead letters of an endpoint, configured or not.
package enum AskToDiscard {
    package enum Answer: Sendable, Equatable {
        case requested(letters: Int)
        case nothingDead
        case unknownEndpoint
    }

    package static func run(allTo name: String, in store: any StoreTransaction) throws -> Answer {
        guard let id = try store.endpoint(named: name) else { return .unknownEndpoint }
        guard let last = try store.lastDeadLetter(of: id) else { return .nothingDead }
        try store.ask(.discard, endpoint: id, wish: .delivery(last))
        return .requested(letters: try store.depth(of: id).dead)
    }
}
