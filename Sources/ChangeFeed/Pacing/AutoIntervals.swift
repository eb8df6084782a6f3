// Which intervals let changes wait least: as short as the budget buys, in proportion to √(c/λ).

/// T = m·√(c/λ) for each resource, with the least m that the budget allows for the hours to come.
struct AutoIntervals {
    private struct Resource {
        let requests: Double
        /// √(cλ) now, and as usual in each of the next 24 hours.
        let claim: Double
        let usual: [Double]
        let bounds: ClosedRange<Double>
        let sincePoll: Double
        let toCome: Double

        func interval(_ multiple: Double, claim: Double) -> Double {
            min(max(multiple * requests / claim, bounds.lowerBound), bounds.upperBound)
        }
    }

    private let resources: [Resource]
    private let perSecond: Double
    private let fixedPerSecond: Double
    private let ceilings: [PollAllowance.Ceiling]

    init(
        _ polled: [PolledResource], perSecond: Double, fixedPerSecond: Double, ceilings: [PollAllowance.Ceiling],
        at now: Instant
    ) {
        self.perSecond = perSecond
        self.fixedPerSecond = fixedPerSecond
        self.ceilings = ceilings
        let even = polled.reduce(0) { $0 + $1.pace.requestsPerPoll } / max(perSecond, 1e-9)
        let bounds = Self.bounds(even: even)
        let hour = ChangeRate.hour(of: now)
        resources = polled.map { resource in
            let pace = resource.pace
            let usual = pace.usualClaims(at: now)
            return Resource(
                requests: pace.requestsPerPoll, claim: pace.claim(at: now),
                usual: Array(usual[hour...] + usual[..<hour]), bounds: bounds,
                sincePoll: resource.sincePoll?.inSeconds ?? .infinity, toCome: resource.toCome)
        }
    }

    /// Even a resource that never changes is looked at, at a twentieth of the pace that an even split would give it.
    private static func bounds(even: Double) -> ClosedRange<Double> {
        let least = Limits.shortestInterval.inSeconds
        return least...max(least, even, min(20 * even, Limits.longestInterval.inSeconds))
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
        return keepsWithinCeilings(multiple)
    }

    private func keepsWithinCeilings(_ multiple: Double) -> Bool {
        // What a poll took beyond what its interval had earned by now is paid in advance.
        var spent = resources.reduce(0.0) { sum, resource in
            let interval = resource.interval(multiple, claim: resource.claim)
            return sum + resource.toCome - resource.requests * max(0, 1 - resource.sincePoll / interval)
        }
        var reached = 0.0
        for ceiling in ceilings {
            let within = ceiling.within.inSeconds
            let hour = Int(reached / 3_600)
            let perSecond = resources.reduce(fixedPerSecond) { sum, resource in
                let claim = hour == 0 ? max(resource.claim, resource.usual[0]) : resource.usual[hour % 24]
                return sum + resource.requests / resource.interval(multiple, claim: claim)
            }
            spent += perSecond * (within - reached)
            reached = within
            if spent > ceiling.requests { return false }
        }
        return true
    }
}
