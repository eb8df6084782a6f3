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
    /// Open once another moment is named.
    private let waiting = Mutex<[Latch]>([])

    /// - Parameter end: at the start; of a daemon that shares its accounts with nobody, for ever.
    init(clock: SteadyClock, until end: Instant = .distantPast) {
        self.clock = clock
        self.end = Atomic(end.microsecondsSince1970)
    }

    var isValid: Bool { clock.now < until }

    var until: Instant { Instant(microsecondsSince1970: end.load(ordering: .acquiring)) }

    /// Nothing begins at this moment or later.
    func set(until end: Instant) {
        self.end.store(end.microsecondsSince1970, ordering: .releasing)
        let waiting = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for latch in waiting { latch.open() }
    }

    /// Waits until it is valid.
    ///
    /// - Returns: false where `leaving` is open, or was opened first.
    func given(unless leaving: Latch) async -> Bool {
        while true {
            // First: whoever has lost its account may not begin, however valid this is again.
            guard !leaving.isOpen, !Task.isCancelled else { return false }
            if isValid { return true }
            let another = Latch()
            waiting.withLock { $0.append(another) }
            // What was set just before it was waited for.
            if isValid { continue }
            await leaving.ends { await another.wait() }
        }
    }
}
