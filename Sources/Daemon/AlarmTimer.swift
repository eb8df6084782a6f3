// The timer under both loops: one Dispatch timer, set to the next time something is due.

import ChangeFeed
@preconcurrency import Dispatch

/// Rings once at the time it was last set to. One ring is enough for a time that passed while nobody listened.
final class AlarmTimer: Sendable {
    private let source: any DispatchSourceTimer

    init(label: String, ring: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
        source.setEventHandler(handler: ring)
        source.schedule(deadline: .distantFuture)
        source.activate()
    }

    /// Sets the one time to ring at; nil: not at all.
    func set(after delay: Duration?) {
        guard let delay else { return source.schedule(deadline: .distantFuture) }
        // A timer of years overflows Dispatch's nanoseconds; whoever waits longer than a day sets it again.
        let microseconds = min(max(delay, .zero), .hours(24)).microseconds
        source.schedule(deadline: .now() + .microseconds(Int(microseconds)), leeway: .milliseconds(1))
    }

    deinit {
        source.cancel()
    }
}
