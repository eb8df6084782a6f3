// How far apart the polls of each resource are: as configured, or as the budget buys the least waiting.

/// The time between two polls of a resource, as it is wished for.
package enum PollInterval: Sendable, Hashable {
    case every(Duration)
    /// As often as the budget allows, and most often where most changes.
    case auto
}

/// What polls may spend.
package struct PollAllowance: Sendable, Equatable {
    /// Requests in 24 hours, day after day.
    package var perDay: Double
    /// What the last 24 hours left of that.
    package var unspent: Double
    /// Requests in the next 1, 2 … 24 hours, as requests of the last 24 stop to count; empty: no such bounds.
    package var withinHours: [Double]
    /// How close the end of the share is, 0…1: intervals that are chosen give way, rather than stop and go.
    package var pressure: Double
    /// Whether what may be spent at once is half spent: before that, configured intervals need not give way.
    package var isDrained: Bool
    /// Requests a second for the instant; what the per-second limit leaves.
    package var perSecond: Double

    package init(
        perDay: Double, unspent: Double = 0, withinHours: [Double] = [], pressure: Double = 0,
        isDrained: Bool = true, perSecond: Double = .infinity
    ) {
        self.perDay = perDay
        self.unspent = unspent
        self.withinHours = withinHours
        self.pressure = pressure
        self.isDrained = isDrained
        self.perSecond = perSecond
    }
}

/// The intervals of all resources of an account, chosen together.
package struct PollSchedule: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var interval: Duration
        /// The budget has no room for the configured interval.
        package var isStretched: Bool
        /// Requests of its polls in a second, as the day has room for them: stretched, even where that is not in force yet.
        package var requestsPerSecond: Double
    }

    /// In the order of the resources.
    package let entries: [Entry]

    package var requestsPerDay: Double { entries.reduce(0) { $0 + $1.requestsPerSecond } * 86_400 }

    /// - Parameters:
    ///   - wasStretched: whether configured intervals were stretched so far; they are until the budget clearly suffices.
    package init(
        _ resources: [(wish: PollInterval, pace: ResourcePace)], allowance: PollAllowance, wasStretched: Bool,
        at now: Instant
    ) {
        let fixed = resources.reduce(0.0) { $0 + Self.fixedCost($1.wish, $1.pace) }
        let isAnyAuto = resources.contains { $0.wish == .auto }
        let daily = min(allowance.perDay / 86_400, allowance.perSecond)
        // Resources without a configured interval are not starved by those with one.
        let roomForFixed = daily * (isAnyAuto ? 0.9 : 1) * (wasStretched ? 0.98 : 1)
        let needed = max(1, fixed / max(roomForFixed, 1e-9))
        let stretch = allowance.isDrained || wasStretched ? needed : 1
        // A plan that spends less than it means to, as rates rise and fall, may mean more.
        let unspent = min(allowance.unspent, allowance.perDay / 20) / 86_400
        let left = (max(daily - fixed / needed, daily / 10) + unspent) * (1 - allowance.pressure / 2)
        let solver = AutoIntervals(
            paces: resources.filter { $0.wish == .auto }.map(\.pace), perSecond: left,
            fixedPerSecond: fixed / needed, withinHours: allowance.withinHours, at: now)
        var autos = solver.intervals()[...]
        entries = resources.map { resource in
            let requests = resource.pace.requestsPerPoll
            switch resource.wish {
            case .every(let interval):
                let seconds = interval.inSeconds * stretch
                return Entry(
                    interval: stretch > 1 ? .microseconds(Int64(seconds * 1_000_000)) : interval,
                    isStretched: stretch > 1, requestsPerSecond: requests / interval.inSeconds / needed)
            case .auto:
                let seconds = autos.removeFirst()
                return Entry(
                    interval: .microseconds(Int64(seconds * 1_000_000)), isStretched: false,
                    requestsPerSecond: requests / seconds)
            }
        }
    }

    /// What the budget has room for; nil while nothing is known of the quota.
    ///
    /// - Parameter leavesRoom: whether there is anything but polls: deletes are looked for, or lists still learned.
    package init?(
        _ resources: [(wish: PollInterval, pace: ResourcePace)], budget: RequestBudget, leavesRoom: Bool,
        wasStretched: Bool, at now: Instant
    ) {
        let share = Self.shareOfPolls(isAuto: resources.contains { $0.wish == .auto }, leavesRoom: leavesRoom)
        guard let allowance = budget.allowanceOfPolls(share: share, at: now) else { return nil }
        self.init(resources, allowance: allowance, wasStretched: wasStretched, at: now)
    }

    /// While nothing is known of the quota: as configured.
    package init(unbounded resources: [(wish: PollInterval, pace: ResourcePace)]) {
        entries = resources.map { resource in
            var interval = Limits.firstInterval
            if case .every(let wish) = resource.wish { interval = wish }
            return Entry(
                interval: interval, isStretched: false,
                requestsPerSecond: resource.pace.requestsPerPoll / interval.inSeconds)
        }
    }

    /// The part of the own requests that polls may plan with.
    private static func shareOfPolls(isAuto: Bool, leavesRoom: Bool) -> Double {
        switch (isAuto, leavesRoom) {
        case (true, true): 0.85
        case (true, false): 0.985
        case (false, true): 0.9
        case (false, false): 0.995
        }
    }

    private static func fixedCost(_ wish: PollInterval, _ pace: ResourcePace) -> Double {
        guard case .every(let interval) = wish else { return 0 }
        return pace.requestsPerPoll / interval.inSeconds
    }
}
