// Letting go of dead letters for good: nobody is told of them any more, and they no longer count.

import ChangeFeed

/// Which letters of an endpoint were dead when somebody asked about them. A number alone does not tell: what was made
/// before the last of them may have been open then, and die later.
package struct DeadLetters: Sendable, Equatable {
    /// The highest of their numbers; 0 where none was dead.
    package let through: Int64
    /// When the last of them died.
    package let diedBy: Instant
    /// The last of a queue that somebody had asked to give up by then, and of which some was open: its letters belong to
    /// them whenever they die. Nil where there was none.
    package var givenUpThrough: Int64?

    package init(through: Int64, diedBy: Instant, givenUpThrough: Int64? = nil) {
        self.through = through
        self.diedBy = diedBy
        self.givenUpThrough = givenUpThrough
    }
}

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
        var ended: [Int64] = []
        for asked in try store.requests([.discard]) where discarded.letters.isEmpty {
            guard let endpoint = asked.endpoint, case .letters(let meant) = asked.wish else {
                // One that cannot be read asks for nothing, and is over.
                ended.append(asked.id)
                continue
            }
            let letters = try store.deadLetters(of: endpoint, among: meant, limit: limit)
            try store.write([.dropDeliveries(letters)])
            discarded.letters[endpoint] = letters.isEmpty ? nil : letters.count
            discarded.hasMore = letters.count == limit
            if try !discarded.hasMore && !isStillGivenUp(meant, of: endpoint, in: store) { ended.append(asked.id) }
        }
        if !ended.isEmpty { try store.write([.endRequests(ended)]) }
        return discarded
    }

    private func isStillGivenUp(
        _ meant: DeadLetters, of endpoint: Int64, in store: any StoreTransaction
    ) throws -> Bool {
        try meant.givenUpThrough.map { try store.hasOpen(of: endpoint, through: $0) } ?? false
    }
}

/// Asks the daemon to discard all dead letters of an endpoint, configured or not.
package enum AskToDiscard {
    package enum Answer: Sendable, Equatable {
        /// - Parameters:
        ///   - letters: that are dead now.
        ///   - andWhatIsGivenUp: whether those of a queue follow that is being given up.
        case requested(letters: Int, andWhatIsGivenUp: Bool)
        case nothingDead
        case unknownEndpoint
    }

    package static func run(allTo name: String, in store: any StoreTransaction) throws -> Answer {
        guard let id = try store.endpoint(named: name) else { return .unknownEndpoint }
        let givenUp = try AskedToGiveUp(of: id, in: store).queues.compactMap(\.delivery).max()
        var meant = try store.deadLetters(of: id)
        if let givenUp, try store.hasOpen(of: id, through: givenUp) {
            meant = meant ?? DeadLetters(through: 0, diedBy: .distantPast)
            meant?.givenUpThrough = givenUp
        }
        guard let meant else { return .nothingDead }
        // Whatever an earlier one was about, and is there still, is dead or given up now as well.
        let earlier = try store.requests([.discard]).filter { $0.endpoint == id }
        if earlier.map(\.wish) != [.letters(meant)] {
            if !earlier.isEmpty { try store.write([.endRequests(earlier.map(\.id))]) }
            try store.ask(.discard, endpoint: id, wish: .letters(meant))
        }
        return .requested(
            letters: try store.depth(of: id).dead, andWhatIsGivenUp: meant.givenUpThrough != nil)
    }
}
