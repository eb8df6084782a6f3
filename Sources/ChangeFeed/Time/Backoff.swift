// Waiting longer after each failure in a row, with some chance in it so that waiters do not return together.

/// Exponential waiting: `first`, twice that, four times that …, never more than `longest`.
package struct Backoff: Sendable, Equatable {
    package let first: Duration
    package let longest: Duration

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The wait after the nth failure in a row.
    ///
    /// - Parameters:
    ///   - failures: 1 after the first failure.
    ///   - jitter: 0..<1; takes up to half of the wait off, so that the wait stays within half and all of its length.
    package func wait(afterFailures failures: Int, jitter: Double) -> Duration {
        let doublings = min(max(failures, 1) - 1, 30)
        let full = min(first.inSeconds * Double(1 << doublings), longest.inSeconds)
        return .microseconds(Int64(full * (1 - jitter / 2) * 1_000_000))
    }
}
