// Giving deliveries up before their attempts are used up: one, or all that wait for an endpoint.

import ChangeFeed

/// What became of what somebody asked to give up.
package struct GivenUp: Sendable, Equatable {
    /// Dead letters now, each asked for by its number.
    package var deliveries: [DueDelivery] = []
    /// How many of a queue became dead letters besides.
    package var ofQueue = 0
    /// Whether nothing is left of the queue that was asked for.
    package var queueIsDone = false
    /// Whether there is more to do at once. What is under way has to end first.
    package var hasMore = false

    package init() {}
}

/// Gives the deliveries up that somebody asked to. One that is under way is given up once its attempt has failed;
/// what has come to its end otherwise needs nothing.
package struct GiveUp {
    private let endpoint: StoredEndpoint
    private let claims: Claims
    private let limit: Int
    private let now: Instant
    private var closing: Closing { Closing(endpoint, at: now) }

    /// - Parameter limit: of a queue at once.
    package init(of endpoint: StoredEndpoint, besides claims: Claims, limit: Int, at now: Instant) {
        self.endpoint = endpoint
        self.claims = claims
        self.limit = limit
        self.now = now
    }

    package func isAsked(in store: any StoreReading) throws -> Bool {
        try !AskedToGiveUp(of: endpoint.id, in: store).isEmpty
    }

    package func run(in store: any StoreTransaction) throws -> GivenUp {
        let asked = try AskedToGiveUp(of: endpoint.id, in: store)
        var givenUp = GivenUp()
        givenUp.deliveries = try giveUpNamed(asked.named, in: store)
        try giveUpQueue(asked.queues, in: store, into: &givenUp)
        return givenUp
    }

    private func giveUpNamed(
        _ requests: [AskedToGiveUp.Request], in store: any StoreTransaction
    ) throws -> [DueDelivery] {
        var (givenUp, ended): ([DueDelivery], [Int64]) = ([], [])
        for request in requests {
            if let id = request.delivery, try store.queued([id])[id]?.state == .pending {
                if claims.contains(id) { continue }
                givenUp += try store.dueDeliveries([id])
                try close(id, attempts: givenUp[givenUp.count - 1].attempts, in: store)
            }
            ended.append(request.id)
        }
        if !ended.isEmpty { try store.write([.endRequests(ended)]) }
        return givenUp
    }

    private func close(_ delivery: Int64, attempts: Int, in store: any StoreTransaction) throws {
        try closing.close([Closing.Closed(delivery: delivery, isDead: true, attempts: attempts)], in: store)
    }

    /// All that was open when it was asked for, and still is.
    private func giveUpQueue(
        _ requests: [AskedToGiveUp.Request], in store: any StoreTransaction, into givenUp: inout GivenUp
    ) throws {
        guard !requests.isEmpty else { return }
        // One that cannot be read asks for nothing, and is over.
        let last = requests.compactMap(\.delivery).max() ?? 0
        let pending = try store.pendingDeliveries(
            of: endpoint.id, through: last, limit: limit, except: claims.contains)
        for first in pending {
            // Those that wait behind it follow at once: else a long row would go one at a time.
            var next: QueuedDelivery? = first
            while let delivery = next, delivery.id <= last, !claims.contains(delivery.id), givenUp.ofQueue < limit {
                next = try store.followers(of: [delivery.id])[delivery.id]
                try close(delivery.id, attempts: delivery.attempts, in: store)
                givenUp.ofQueue += 1
            }
        }
        givenUp.hasMore = givenUp.ofQueue >= limit
        guard try !store.hasOpen(of: endpoint.id, through: last) else { return }
        (givenUp.queueIsDone, givenUp.hasMore) = (true, false)
        try store.write([.endRequests(requests.map(\.id))])
    }
}

/// Asks the daemon to make a dead letter of a delivery.
package struct AskToGiveUp {
    package enum Answer: Sendable, Equatable {
        case requested
        case unknownDelivery
        /// It waits for this one of its record, which has to go first.
        case waits(behind: Int64?)
        case settled(DeliveryState)
    }

    package enum AnswerForAll: Sendable, Equatable {
        /// - Parameter deliveries: that are open now.
        case requested(deliveries: Int)
        case nothingWaits
        case unknownEndpoint
    }

    package static func run(_ delivery: Int64, in store: any StoreTransaction) throws -> Answer {
        guard let queued = try store.queued([delivery])[delivery],
            // Numbers may be given out over all accounts of a store.
            try store.endpointRow(queued.endpoint) != nil
        else { return .unknownDelivery }
        switch queued.state {
        case .delivered, .dead, .replayed: return .settled(queued.state)
        case .waiting: return .waits(behind: try store.firstPending(before: delivery))
        case .pending:
            try store.ask(.giveUp, endpoint: queued.endpoint, wish: .delivery(delivery))
            return .requested
        }
    }

    /// The same for all that waits for an endpoint at this moment, configured or not.
    package static func run(allTo name: String, in store: any StoreTransaction) throws -> AnswerForAll {
        guard let id = try store.endpoint(named: name) else { return .unknownEndpoint }
        guard let last = try store.lastOpen(of: id) else { return .nothingWaits }
        try store.ask(.giveUpAll, endpoint: id, wish: .delivery(last))
        return .requested(deliveries: try store.depth(of: id).open)
    }
}
