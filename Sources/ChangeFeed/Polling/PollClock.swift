// When a resource is due: a grid of times one interval apart, on which a late tick is taken once.

/// The times at which one resource is polled.
package struct PollClock: Sendable, Equatable {
    package let interval: Duration
    package private(set) var due: Instant

    package init(interval: Duration, firstDue: Instant) {
        self.interval = interval
        due = firstDue
    }

    /// The poll that had begun has to be made once more, without waiting for the next time of the grid.
    package mutating func repeatPoll(at now: Instant) {
        due = min(due, now)
    }

    /// Moves on to the first time of the grid after now: polls missed meanwhile are not made up for.
    package mutating func begin(at now: Instant) {
        guard due <= now else { return }
        let late = (now - due).microseconds
        due = due + .microseconds((late / interval.microseconds + 1) * interval.microseconds)
    }
}
