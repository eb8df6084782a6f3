// The waits between the attempts to deliver one event.

/// Waits before attempts 2, 3, …; after the last one an event is a dead letter.
package struct RetrySchedule: Sendable, Equatable {
    package let waits: [Duration]

    package init(waits: [Duration]) {
        self.waits = waits
    }

    /// Twelve attempts over three days, the first five retries within 23 minutes.
    package static let standard = RetrySchedule(waits: [
        .seconds(5), .seconds(30), .minutes(2), .minutes(5), .minutes(15),
        .hours(1), .hours(3), .hours(6), .hours(12), .hours(24), .hours(26),
    ])

    /// Waits are spread by this part of themselves to either side, so that what failed together does not return together.
    package static let spread = 0.2

    /// The wait after the nth attempt failed, or nil when it was the last one.
    ///
    /// - Parameters:
    ///   - attempts: attempts made so far, 1 or more.
    ///   - jitter: 0..<1.
    package func wait(afterAttempts attempts: Int, jitter: Double) -> Duration? {
        guard waits.indices.contains(attempts - 1) else { return nil }
        let factor = 1 - Self.spread + 2 * Self.spread * jitter
        return .microseconds(Int64(waits[attempts - 1].inSeconds * factor * 1_000_000))
    }

    /// The longest time from one attempt to the next.
    package var longestWait: Duration {
        let longest = waits.max() ?? .zero
        return .microseconds(Int64(longest.inSeconds * (1 + Self.spread) * 1_000_000))
    }
}
