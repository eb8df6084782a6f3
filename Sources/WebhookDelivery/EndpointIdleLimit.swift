// How long connections to one receiver may lie idle, for all that are kept to it.

import ChangeFeed
import Synchronization

final class EndpointIdleLimit: Sendable {
    private let limit: Mutex<IdleLimit>
    private let start = ContinuousClock.now

    init(longest: Duration) {
        limit = Mutex(IdleLimit(longest: longest))
    }

    var usable: Duration { limit.withLock { $0.usable(at: now) } }

    func ended(afterIdle idle: Duration) { limit.withLock { $0.ended(afterIdle: idle, at: now) } }

    /// An answer came with this header `Keep-Alive`, or without.
    func answered(keepAlive: String?) { limit.withLock { $0.answered(keepAlive: keepAlive) } }

    /// By a clock of its own, which nobody sets.
    private var now: Instant { Instant(microsecondsSince1970: (ContinuousClock.now - start).microseconds) }
}
