// Which deliveries are under way. One process writes to a store, so that is known in memory: what was under way when it
// died is pending still.

import Synchronization

final class Claims: Sendable {
    private struct Under {
        var way: Set<Int64> = []
        /// Of these, by their endpoint: one at most.
        var replays: [Int64: Int64] = [:]
    }

    private let under = Mutex(Under())

    func contains(_ delivery: Int64) -> Bool { under.withLock { $0.way.contains(delivery) } }

    func insert(_ deliveries: [Int64]) { under.withLock { $0.way.formUnion(deliveries) } }

    func insert(replay delivery: Int64, of endpoint: Int64) {
        under.withLock { under in
            under.way.insert(delivery)
            under.replays[endpoint] = delivery
        }
    }

    func hasReplay(of endpoint: Int64) -> Bool { under.withLock { $0.replays[endpoint] != nil } }

    func remove(_ deliveries: [Int64]) {
        under.withLock { under in
            under.way.subtract(deliveries)
            under.replays = under.replays.filter { !deliveries.contains($0.value) }
        }
    }
}
