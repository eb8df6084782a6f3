// When the next replay may go to an endpoint.

/// Replays go as fast as was asked for, and ever slower while they are not accepted. That a receiver does not want an old
/// event again says little of how it takes new ones, which must not wait for it.
struct ReplayLane: Sendable {
    private(set) var opensAt = Instant.distantPast
    private var failures = 0

    /// - Parameter spacing: to the next one, by the rate that was asked for.
    mutating func began(spacing: Duration, at now: Instant) {
        opensAt = max(opensAt, now + spacing)
    }

    /// - Parameter jitter: 0..<1.
    mutating func ended(isSuccess: Bool, at now: Instant, jitter: Double) {
        failures = isSuccess ? 0 : failures + 1
        guard failures > 0 else { return }
        opensAt = max(opensAt, now + Limits.replayBackoff.wait(afterFailures: failures, jitter: jitter))
    }
}
