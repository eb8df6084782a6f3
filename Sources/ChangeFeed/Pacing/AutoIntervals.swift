// Which intervals let changes wait least: as short as the budget buys, in proportion to √(c/λ).

/// T = m·√(c/λ) for each resource, with the least m that the budget allows for the hours to come.
struct AutoIntervals {
    private struct Resource {
        let requests: Double
        /// √(cλ) now, and as usual in each of the next 24 hours.
        let claim: Double
        let usual: [Double]
        let bounds: ClosedRange<Double>

        func interval(_ multiple: Double, claim: Double) -> Double {
            min(max(multiple * requests / claim, bounds.lowerBound), bounds.upperBound)
        }
    }

    private let resources: [Resource]
    private let perSecond: Double
    private let fixedPerSecond: Double
    private let withinHours: [Double]

    init(
        paces: [ResourcePace], perSecond: Double, fixedPerSecond: Double, withinHours: [Double], at now: Instant
    ) {
        self.perSecond = perSecond
        self.fixedPerSecond = fixedPerSecond
        self.withinHours = withinHours
        let even = paces.reduce(0) { $0 + $1.requestsPerPoll } / max(perSecond, 1e-9)
        let bounds = Self.bounds(even: even)
        let hour = ChangeRate.hour(of: now)
        resources = paces.map { pace in
            let usual = pace.usualClaims(at: now)
            return Resource(
                requests: pace.requestsPerPoll, claim: pace.claim(at: now),
                usual: Array(usual[hour...] + usual[..<hour]), bounds: bounds)
        }
    }

    /// Even a resource that never changes is looked at, at a twentieth of the pace that an even split would give it.
    private static func bounds(even: Double) -> ClosedRange<Double> {
        let least = Limits.shortestInterval.inSeconds
        return least...max(least, min(20 * even, Limits.longestInterval.inSeconds))
    }

    /// Seconds, in the order of the paces.
    func intervals() -> [Double] {
        guard !resources.isEmpty else { return [] }
        var (low, high) = (1e-6, 1e9)
        // Halving the ratio in its logarithm: the multiple is known to a thousandth after some fifteen steps.
        while high / low > 1.001 {
            let middle = (low * high).squareRoot()
            if isAffordable(middle) { high = middle } else { low = middle }
        }
        return resources.map { $0.interval(high, claim: $0.claim) }
    }

    private func isAffordable(_ multiple: Double) -> Bool {
        let asUsual = (0..<24).map { hour in
            resources.reduce(0) { $0 + $1.requests / $1.interval(multiple, claim: $1.usual[hour]) }
        }
        guard asUsual.reduce(0, +) / 24 <= perSecond else { return false }
        let now = resources.reduce(0) { $0 + $1.requests / $1.interval(multiple, claim: $1.claim) }
        var spent = 0.0
        for (hour, allowed) in withinHours.enumerated() {
            spent += 3_600 * (fixedPerSecond + (hour == 0 ? max(now, asUsual[0]) : asUsual[hour % 24]))
            if spent > allowed { return false }
        }
        return true
    }
}
