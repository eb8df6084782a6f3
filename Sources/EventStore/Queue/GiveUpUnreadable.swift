// Deliveries of which the body cannot be read: nothing can be sent of them now.

import ChangeFeed

/// Makes dead letters of deliveries that cannot be read. Where it is a dictionary that is damaged or missing, all events of
/// its resource cannot be read, and all can once a copy of it is back: they wait, and are looked at again in an hour.
package struct GiveUpUnreadable {
    private let claimed: [DueDelivery]
    private let endpoint: StoredEndpoint
    private let now: Instant

    package init(_ claimed: [DueDelivery], of endpoint: StoredEndpoint, at now: Instant) {
        self.claimed = claimed
        self.endpoint = endpoint
        self.now = now
    }

    /// - Returns: those that were given up.
    package func run(in store: any StoreTransaction) throws -> [Int64] {
        let waiting = try store.lackingDictionaries(claimed.map(\.id))
        var change = DeliveryChange()
        change.dueAt = now + Limits.lostDictionaryRest
        if !waiting.isEmpty { try store.write([.change(waiting.sorted(), change)]) }
        let dead = claimed.filter { !waiting.contains($0.id) }
        let closing = Closing(endpoint, at: now)
        // One after the other, for the next may be behind the one before it.
        for delivery in dead {
            try closing.close(
                [Closing.Closed(delivery: delivery.id, isDead: true, attempts: delivery.attempts)], in: store)
        }
        return dead.map(\.id)
    }
}
