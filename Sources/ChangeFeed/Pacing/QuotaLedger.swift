// How many requests this daemon and others have made in the last 24 hours, in a form small enough for the store.

/// Requests of the last 24 hours, counted in buckets of five minutes.
///
/// A bucket counts until 24 hours after its *end*, so the sum is never less than the true rolling count.
package struct QuotaLedger: Sendable, Equatable {
    package static let bucketLength: Duration = .minutes(5)
    package static let window: Duration = .hours(24)

    /// Own requests by the number of their bucket, five minutes since 1970, and by their purpose.
    package private(set) var buckets: [Int64: [RequestPurpose: Int]]
    /// Requests that others were seen to make, by the same numbers.
    package private(set) var others: [Int64: Int]
    private var sums: Sums?

    package init(buckets: [Int64: [RequestPurpose: Int]] = [:], others: [Int64: Int] = [:]) {
        self.buckets = buckets
        self.others = others
    }

    package static func bucket(of instant: Instant) -> Int64 {
        instant.microsecondsSince1970 / bucketLength.microseconds
    }

    package static func beginning(of bucket: Int64) -> Instant {
        Instant(microsecondsSince1970: bucket * bucketLength.microseconds)
    }

    /// Adds up what counts now, so that looking it up is cheap until five minutes have passed.
    package mutating func refresh(at now: Instant) {
        guard sums?.bucket != Self.bucket(of: now) else { return }
        buckets = buckets.filter { isCurrent($0.key, at: now) }
        others = others.filter { isCurrent($0.key, at: now) }
        sums = Sums(self, at: now)
    }

    package mutating func count(_ purpose: RequestPurpose, at now: Instant) {
        refresh(at: now)
        buckets[Self.bucket(of: now), default: [:]][purpose, default: 0] += 1
        sums?.used[purpose, default: 0] += 1
        sums?.total += 1
    }

    package mutating func count(others requests: Int, at now: Instant) {
        refresh(at: now)
        others[Self.bucket(of: now), default: 0] += requests
        sums?.others += requests
    }

    /// Own requests in the 24 hours up to now.
    package func used(at now: Instant) -> Int { sums(at: now).total }

    package func used(for purpose: RequestPurpose, at now: Instant) -> Int { sums(at: now).used[purpose] ?? 0 }

    package func usedByOthers(at now: Instant) -> Int { sums(at: now).others }

    /// Own requests that still count now, and will have stopped counting at each of the horizons.
    package func reliefs(at now: Instant) -> [Int] { sums(at: now).reliefs }

    /// How far ahead a plan looks: ever further, up to the end of all that counts now.
    package static let horizons: [Duration] = [.minutes(10), .minutes(20), .minutes(40)] + (1...24).map { .hours($0) }

    private func sums(at now: Instant) -> Sums {
        if let sums, sums.bucket == Self.bucket(of: now) { return sums }
        return Sums(self, at: now)
    }

    /// Own requests by bucket, of those purposes.
    package func requests(at now: Instant, where isMeant: (RequestPurpose) -> Bool) -> [Int64: Int] {
        buckets.filter { isCurrent($0.key, at: now) }
            .mapValues { $0.reduce(0) { isMeant($1.key) ? $0 + $1.value : $0 } }
    }

    /// When the oldest requests that still count stop counting.
    package func nextRelief(at now: Instant) -> Instant? {
        buckets.keys.filter { isCurrent($0, at: now) }.min().map { Self.expiry(of: $0) }
    }

    package static func == (left: QuotaLedger, right: QuotaLedger) -> Bool {
        left.buckets == right.buckets && left.others == right.others
    }

    /// A bucket from far in the future is the trace of a clock that was wrong, and would otherwise count for ever.
    private func isCurrent(_ bucket: Int64, at now: Instant) -> Bool {
        Self.expiry(of: bucket) > now && bucket <= Self.bucket(of: now + Self.window)
    }

    private static func expiry(of bucket: Int64) -> Instant {
        Instant(microsecondsSince1970: (bucket + 1) * bucketLength.microseconds) + window
    }
}

extension QuotaLedger {
    /// What counts, added up. It only changes with a new request, and where one bucket of time ends.
    private struct Sums: Sendable {
        let bucket: Int64
        var used: [RequestPurpose: Int] = [:]
        var total = 0
        var others = 0
        var reliefs = Array(repeating: 0, count: QuotaLedger.horizons.count)

        init(_ ledger: QuotaLedger, at now: Instant) {
            bucket = QuotaLedger.bucket(of: now)
            for (bucket, requests) in ledger.buckets where ledger.isCurrent(bucket, at: now) {
                used.merge(requests, uniquingKeysWith: +)
                let sum = requests.values.reduce(0, +)
                total += sum
                let left = QuotaLedger.expiry(of: bucket) - now
                for (index, horizon) in QuotaLedger.horizons.enumerated() where left <= horizon {
                    reliefs[index] += sum
                }
            }
            others = ledger.others.reduce(0) { ledger.isCurrent($1.key, at: now) ? $0 + $1.value : $0 }
        }
    }
}
