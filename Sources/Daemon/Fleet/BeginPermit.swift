// Until when anything may be begun, for all accounts of the daemon together.

import ChangeFeed
import Synchronization

/// Asked in the very moment in which something begins: a request, a POST, a transaction of the store.
///
/// A process that was stopped wakes up anywhere, and goes on there before anybody can tell it that its leases are over.
/// So nobody is told: whoever begins something looks at the clock.
final class BeginPermit: Sendable {
    private let clock: SteadyClock
    /// In microseconds since 1970.
    private let end: Atomic<Int64>

    /// - Parameter end: at the start; of a daemon that shares its accounts with nobody, for ever.
    init(clock: SteadyClock, until end: Instant = .distantPast) {
        self.clock = clock
        self.end = Atomic(end.microsecondsSince1970)
    }

    var isValid: Bool { clock.now < until }

    var until: Instant { Instant(microsecondsSince1970: end.load(ordering: .acquiring)) }

    /// Nothing begins at this moment or later.
    func set(until end: Instant) { self.end.store(end.microsecondsSince1970, ordering: .releasing) }
}
