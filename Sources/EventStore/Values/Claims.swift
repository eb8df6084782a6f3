// Which deliveries are under way. One process writes to a store, so that is known in memory: what was under way when it
// died is pending still.

import Synchronization

package final class Claims: Sendable {
    private struct Under {
        /// By delivery, its endpoint.
        var way: [Int64: Int64] = [:]
        /// Of these, by their endpoint: one at most.
        var replays: [Int64: Int64] = [:]
    }

    private let under = Mutex(Under())

    package init() {}

    package func contains(_ delivery: Int64) -> Bool { under.withLock { $0.way[delivery] != nil } }

    package var count: Int { under.withLock { $0.way.count } }

    package func insert(_ deliveries: [Int64], of endpoint: Int64) {
        under.withLock { under in for delivery in deliveries { under.way[delivery] = endpoint } }
    }

    package func insert(replay delivery: Int64, of endpoint: Int64) {
        under.withLock { under in
            under.way[delivery] = endpoint
            under.replays[endpoint] = delivery
        }
    }

    package func hasReplay(of endpoint: Int64) -> Bool { under.withLock { $0.replays[endpoint] != nil } }

    package func remove(_ deliveries: [Int64]) {
        under.withLock { under in
            for delivery in deliveries { under.way[delivery] = nil }
            under.replays = under.replays.filter { !deliveries.contains($0.value) }
        }
    }

    /// Nothing of an endpoint is under way: whoever had claimed it has ended.
    package func removeAll(of endpoint: Int64) {
        under.withLock { under in
            under.way = under.way.filter { $0.value != endpoint }
            under.replays[endpoint] = nil
        }
    }
}
