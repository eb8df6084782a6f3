// Spreads requests over the day: a twentieth of it at once, and then no faster than the day goes by.

/// A store of requests that may be made, which fills evenly.
package struct RequestFlow: Sendable, Equatable {
    /// How fast it fills, and up to where.
    package struct Terms: Sendable, Equatable {
        package var perSecond: Double
        package var capacity: Double

        /// - Parameters:
        ///   - perDay: requests that may be made in 24 hours.
        ///   - planned: a day's requests at the pace of the moment; working hours may take more than an even part.
        ///   - atOnce: how many may be made one after the other; as many as may be in flight at least.
        package init(perDay: Double, planned: Double = 0, atOnce: Double) {
            // A little faster than planned, so that only what comes at once is held up.
            perSecond = 1.1 * max(perDay, planned) / 86_400
            capacity = max(atOnce, Double(Limits.requestsInFlight))
        }
    }

    private var level: Double
    private var at: Instant

    /// As full as it would be after these requests.
    ///
    /// - Parameter buckets: requests by the number of their bucket in the ledger.
    package init(after buckets: [Int64: Int], _ terms: Terms, at now: Instant) {
        level = terms.capacity
        at = now
        let length = QuotaLedger.bucketLength.inSeconds
        var last: Int64?
        for (bucket, requests) in buckets.sorted(by: { $0.key < $1.key }) {
            if let last { level = min(terms.capacity, level + Double(bucket - last) * length * terms.perSecond) }
            level = max(0, level - Double(requests))
            last = bucket
        }
        if let last {
            let since = max(0, (now - Instant(secondsSince1970: (last + 1) * Int64(length))).inSeconds)
            level = min(terms.capacity, level + since * terms.perSecond)
        }
    }

    /// When one may be taken.
    ///
    /// - Parameter leaving: so many are left for others.
    package func opens(at now: Instant, _ terms: Terms, leaving: Double = 0) -> Instant {
        let missing = 1 + leaving - level(at: now, terms)
        guard missing > 0 else { return now }
        return now + .microseconds(Int64(min(missing / max(terms.perSecond, 1e-9), 86_400) * 1_000_000) + 1)
    }

    package mutating func take(at now: Instant, _ terms: Terms) {
        level = max(0, level(at: now, terms) - 1)
        at = now
    }

    /// So many may be taken at once.
    package func level(at now: Instant, _ terms: Terms) -> Double {
        min(terms.capacity, level + max(0, (now - at).inSeconds) * terms.perSecond)
    }
}
