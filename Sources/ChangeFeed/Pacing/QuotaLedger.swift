// How many requests this daemon has made in the last 24 hours, and on what, in a form small enough for the store.

/// Own requests of the last 24 hours, counted in buckets of five minutes.
///
/// A bucket counts until 24 hours after its *end*, so the sum is never less than the true rolling count.
package struct QuotaLedger: Sendable, Equatable {
    package static let bucketLength: Duration = .minutes(5)
    package static let window: Duration = .hours(24)

    /// Requests by the number of their bucket, five minutes since 1970, and by their purpose.
    package private(set) var buckets: [Int64: [RequestPurpose: Int]]

    package init(buckets: [Int64: [RequestPurpose: Int]] = [:]) {
        self.buckets = buckets
    }

    package static func bucket(of instant: Instant) -> Int64 {
        instant.microsecondsSince1970 / bucketLength.microseconds
    }

    package mutating func count(_ purpose: RequestPurpose, at now: Instant) {
        buckets = buckets.filter { isCurrent($0.key, at: now) }
        buckets[Self.bucket(of: now), default: [:]][purpose, default: 0] += 1
    }

    /// Own requests in the 24 hours up to now, of all purposes or of those that are asked for.
    package func used(at now: Instant, where isMeant: (RequestPurpose) -> Bool = { _ in true }) -> Int {
        buckets.reduce(0) { sum, bucket in
            guard isCurrent(bucket.key, at: now) else { return sum }
            return bucket.value.reduce(sum) { isMeant($1.key) ? $0 + $1.value : $0 }
        }
    }

    /// When the oldest requests that still count stop counting.
    package func nextRelief(at now: Instant) -> Instant? {
        buckets.keys.filter { isCurrent($0, at: now) }.min().map { Self.expiry(of: $0) }
    }

    /// A bucket from far in the future is the trace of a clock that was wrong, and would otherwise count for ever.
    private func isCurrent(_ bucket: Int64, at now: Instant) -> Bool {
        Self.expiry(of: bucket) > now && bucket <= Self.bucket(of: now + Self.window)
    }

    private static func expiry(of bucket: Int64) -> Instant {
        Instant(microsecondsSince1970: (bucket + 1) * bucketLength.microseconds) + window
    }
}
