// Which deliveries are under way. One process writes to a store, so that is known in memory: what was under way when it
// died is pending still.

import Synchronization

final class Claims: Sendable {
    private let ids = Mutex<Set<Int64>>([])

    func contains(_ id: Int64) -> Bool { ids.withLock { $0.contains(id) } }
    func insert(_ ids: [Int64]) { self.ids.withLock { $0.formUnion(ids) } }
    func remove(_ ids: [Int64]) { self.ids.withLock { $0.subtract(ids) } }
}
