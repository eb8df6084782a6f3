// What zstd works with, for all who do in turn.

import Synchronization

/// As many as are used at once, each of which takes some hundred kilobytes for as long as it is kept: of a store with very
/// many accounts, all share them.
package final class PackingContexts: Sendable {
    private let idle = Mutex<[PackingContext]>([])

    package init() {}

    /// How many are kept for the next use.
    package var count: Int { idle.withLock(\.count) }

    func withLock<Answer: Sendable>(_ body: (inout [PackingContext]) -> Answer) -> Answer {
        idle.withLock { body(&$0) }
    }
}
