// When a resource is due: a grid of times one interval apart, or an interval after the last poll where intervals change.

/// The times at which one resource is polled.
package struct PollClock: Sendable, Equatable {
    package private(set) var interval: Duration
    package private(set) var due: Instant
    /// A late tick is taken once, and the next one comes where it would have come anyway.
    private var isGrid = true
    /// When the last poll of this process began.
    private var begun: Instant?

    package init(interval: Duration, firstDue: Instant) {
        self.interval = interval
        due = firstDue
    }

    /// From now on polls are so far apart.
    ///
    /// - Parameter isGrid: whether the interval is meant to stay.
    package mutating func pace(_ interval: Duration, isGrid: Bool) {
        guard interval != self.interval || isGrid != self.isGrid else { return }
        self.interval = interval
        self.isGrid = isGrid
        if let begun { due = begun + interval }
    }

    /// How long ago the last poll of this process began; nil before the first one.
    func sinceBegun(at now: Instant) -> Duration? { begun.map { max(.zero, now - $0) } }

    /// The poll that had begun has to be made once more, without waiting for the next time of the grid.
    package mutating func repeatPoll(at now: Instant) {
        due = min(due, now)
        begun = nil
    }

    /// A poll began before its time: the next is due an interval after that.
    package mutating func beginEarly(at time: Instant) {
        due = min(due, time)
        begin(at: time)
    }

    /// Moves on to the first time after now: polls missed meanwhile are not made up for.
    package mutating func begin(at now: Instant) {
        guard due <= now else { return }
        begun = now
        let late = isGrid ? (now - due).microseconds : 0
        due = (isGrid ? due : now) + .microseconds((late / interval.microseconds + 1) * interval.microseconds)
    }
}
