// The per-second limit: requests leave evenly spaced, so that no window of one second, wherever it starts, holds too many.

/// Spaces requests out so that a server never counts more than a limit in any one second.
///
/// The server counts arrivals, not departures. A request that is held up on the way and its successors can arrive closer
/// together than they left; spreading a second's worth over a second and a `margin` keeps the promise for any hold-up
/// shorter than the margin.
package struct EvenPacer: Sendable, Equatable {
    /// The least time between two departures.
    package let spacing: Duration
    package private(set) var lastDeparture: Instant?

    /// - Parameters:
    ///   - requestsPerSecond: above 0. Of 2.5, two fit in a second; of 0.5, one in two seconds.
    ///   - margin: the hold-up on the way that the promise survives.
    ///   - lastDeparture: when the process before this one last sent, if that is known.
    package init(requestsPerSecond: Double, margin: Duration, lastDeparture: Instant? = nil) {
        let inOneWindow = max(1, requestsPerSecond.rounded(.down))
        let window = max(1, 1 / requestsPerSecond) + margin.inSeconds
        spacing = .microseconds(Int64((window / inOneWindow * 1_000_000).rounded(.up)))
        self.lastDeparture = lastDeparture
    }

    /// The earliest time the next request may leave.
    package func earliestDeparture(at now: Instant) -> Instant {
        guard let lastDeparture else { return now }
        return max(now, lastDeparture + spacing)
    }

    package mutating func depart(at now: Instant) {
        lastDeparture = now
    }
}
