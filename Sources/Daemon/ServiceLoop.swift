// What the daemon asks of both its loops, besides to run.

import ChangeFeed
import ServiceLifecycle
import Synchronization

/// A loop that works off letters until it is told to stop.
package protocol ServiceLoop: Service {
    /// Returns once the loop itself has read the question: how the watchdog knows that it is alive.
    func answers() async

    /// Nothing new is begun from now on; `run` returns once what is in flight has ended.
    func stop()
}

/// A loop's stop: when it was asked for, and until when the loop waits for what is under way.
final class LoopStop: Sendable {
    private let askedAt = Mutex<Instant?>(nil)
    private let mayTake: Duration

    init(mayTake: Duration) {
        self.mayTake = mayTake
    }

    /// Asked again, it takes no longer.
    func ask(at now: Instant) { askedAt.withLock { $0 = $0 ?? now } }

    var deadline: Instant? { askedAt.withLock { $0.map { $0 + mayTake } } }
    var isAsked: Bool { deadline != nil }

    func isOver(at now: Instant) -> Bool { deadline.map { now >= $0 } ?? false }

    /// The same, for whoever waits: the alarm wakes it when it is over.
    func hasWaitedEnough(at now: Instant, _ alarm: AlarmTimer) -> Bool {
        guard let deadline, now < deadline else { return isAsked }
        alarm.set(after: deadline - now)
        return false
    }
}
