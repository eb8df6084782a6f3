// How far apart the polls of each resource are: as configured, or as the budget buys the least waiting.

/// The intervals of all resources of an account, chosen together.
package struct PollSchedule: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var interval: Duration
        /// The budget has no room for the configured interval.
        package var isStretched: Bool
        /// Polls and their requests in a second, as the day has room for them: stretched, even where that is not in force
        /// yet.
        package var pollsPerSecond: Double
        package var requestsPerSecond: Double
    }

    /// In the order of the resources.
    package let entries: [Entry]

    /// Whether configured intervals give way.
    package var isStretched: Bool { entries.contains(where: \.isStretched) }

    /// Polls of all resources in 24 hours, however many requests each of them takes.
    package var pollsPerDay: Double { entries.reduce(0) { $0 + $1.pollsPerSecond } * 86_400 }

    package var requestsPerDay: Double { entries.reduce(0) { $0 + $1.requestsPerSecond } * 86_400 }

    /// - Parameters:
    ///   - wasStretched: whether configured intervals were stretched so far; they are until the budget clearly suffices.
    package init(
        _ resources: [PolledResource], allowance: PollAllowance, wasStretched: Bool,
        at now: Instant
    ) {
        let fixed = resources.reduce(0.0) { $0 + Self.fixedCost($1.wish, $1.pace) }
        let isAnyAuto = resources.contains { $0.wish == .auto }
        let daily = min(allowance.perDay / 86_400, allowance.perSecond)
        // Resources without a configured interval are not starved by those with one.
        let roomForFixed = daily * (isAnyAuto ? 0.9 : 1) * (wasStretched ? 0.98 : 1)
        let needed = max(1, fixed / max(roomForFixed, 1e-9))
        // What the per-second limit forbids has no room at any time.
        let stretch = allowance.isDrained || wasStretched || fixed > allowance.perSecond ? needed : 1
        let left = max(daily - fixed / needed, daily / 10)
        let solver = AutoIntervals(
            resources.filter { $0.wish == .auto }, perSecond: left,
            fixedPerSecond: fixed / needed, ceilings: allowance.ceilings, at: now)
        var autos = solver.intervals()[...]
        entries = resources.map { resource in
            let requests = resource.pace.requestsPerPoll
            switch resource.wish {
            case .every(let interval):
                let seconds = interval.inSeconds * stretch
                return Entry(
                    interval: stretch > 1 ? max(interval, .upTo(seconds: seconds)) : interval,
                    isStretched: stretch > 1, pollsPerSecond: 1 / interval.inSeconds / needed,
                    requestsPerSecond: requests / interval.inSeconds / needed)
            case .auto:
                let seconds = autos.removeFirst()
                return Entry(
                    interval: .upTo(seconds: seconds), isStretched: false,
                    pollsPerSecond: 1 / seconds,
                    requestsPerSecond: requests / seconds)
            }
        }
    }

    /// What the budget has room for; nil while nothing is known of the quota.
    ///
    /// - Parameter leavesRoom: whether there is anything but polls: deletes are looked for, or lists still learned.
    package init?(
        _ resources: [PolledResource], budget: RequestBudget, leavesRoom: Bool,
        wasStretched: Bool, at now: Instant
    ) {
        let share = Self.shareOfPolls(isAuto: resources.contains { $0.wish == .auto }, leavesRoom: leavesRoom)
        guard let allowance = budget.allowanceOfPolls(share: share, at: now) else { return nil }
        self.init(resources, allowance: allowance, wasStretched: wasStretched, at: now)
    }

    /// While nothing is known of the quota: as configured.
    package init(unbounded resources: [PolledResource]) {
        entries = resources.map { resource in
            var interval = Limits.firstInterval
            if case .every(let wish) = resource.wish { interval = wish }
            return Entry(
                interval: interval, isStretched: false, pollsPerSecond: 1 / interval.inSeconds,
                requestsPerSecond: resource.pace.requestsPerPoll / interval.inSeconds)
        }
    }

    /// The part of the own requests that polls may plan with.
    private static func shareOfPolls(isAuto: Bool, leavesRoom: Bool) -> Double {
        switch (isAuto, leavesRoom) {
        case (true, true): 0.85
        case (true, false): 0.995
        case (false, true): 0.9
        case (false, false): 0.995
        }
    }

    private static func fixedCost(_ wish: PollInterval, _ pace: ResourcePace) -> Double {
        guard case .every(let interval) = wish else { return 0 }
        return pace.requestsPerPoll / interval.inSeconds
    }
}

extension Duration {
    /// A longer time than thirty years is none that anybody waits for, and could not be counted in microseconds.
    fileprivate static func upTo(seconds: Double) -> Duration { .microseconds(Int64(min(seconds, 1e9) * 1_000_000)) }
}
