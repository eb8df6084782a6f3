// What a schedule costs of the day's quota, and what it brings: for people who decide about either.

/// The requests that an account's polling takes in a day, and how long its changes wait.
package struct CostReport: Sendable, Equatable {
    package struct Resource: Sendable, Equatable {
        package var name: ResourceName
        package var wish: PollInterval
        /// In force: as configured, chosen, or stretched.
        package var interval: Duration
        package var isStretched: Bool
        /// As the day has room for: what a configured interval gives way to once what is saved up is half spent.
        package var ofTheDay: Duration
        package var isAffordable: Bool
        package var requestsPerDay: Double
        /// As expected now; nil while no poll has told.
        package var changesPerDay: Double?

        /// From a change to the poll that sees it: half an interval on average, all of it at worst.
        package var meanDelay: Duration { .microseconds(interval.microseconds / 2) }
        package var worstDelay: Duration { interval }
    }

    package let resources: [Resource]
    /// Requests a day of the whole instance; nil while unknown.
    package let limit: Int?
    /// Own requests allowed in 24 hours.
    package let allowance: Int?
    /// Requests a day by purpose.
    package let polls: Double
    package let counts: Double
    package let sweeps: Double
    /// What the per-second limit allows, whatever the plan.
    private let mostPerDay: Double
    /// Requests a day of polls at the configured intervals, where those are not left to the daemon.
    package let wished: Double

    /// - Parameters:
    ///   - records: known of each resource, as far as any are.
    ///   - sweepInterval: nil where deletes are not looked for.
    ///   - isStretched: whether configured intervals give way at this moment; nil: as they do in the long run.
    package init(
        _ plans: [ResourcePlan], paces: [ResourceName: ResourcePace], records: [ResourceName: Int],
        sweepInterval: Duration?, budget: RequestBudget, isStretched: Bool? = nil, at now: Instant
    ) {
        let known = plans.map { PolledResource($0.interval, paces[$0.name] ?? ResourcePace()) }
        let schedules = [true, isStretched ?? true].map { wasStretched in
            PollSchedule(
                known, budget: budget, leavesRoom: sweepInterval != nil, wasStretched: wasStretched, at: now)
                ?? PollSchedule(unbounded: known)
        }
        let (schedule, inForce) = (schedules[0], schedules[1])
        resources = zip(plans, zip(schedule.entries, inForce.entries)).map { plan, entries in
            let (ofTheDay, entry) = entries
            return Resource(
                name: plan.name, wish: plan.interval, interval: entry.interval, isStretched: entry.isStretched,
                ofTheDay: ofTheDay.interval, isAffordable: !ofTheDay.isStretched,
                requestsPerDay: ofTheDay.requestsPerSecond * 86_400,
                changesPerDay: paces[plan.name].flatMap {
                    $0.hasLearned ? $0.changesPerSecond(at: now) * 86_400 : nil
                })
        }
        limit = budget.dailyLimit(at: now)
        mostPerDay = budget.pollsPerSecond * 86_400
        allowance = budget.allowance(at: now)
        polls = schedule.requestsPerDay
        wished = known.reduce(0) { sum, resource in
            guard case .every(let interval) = resource.wish else { return sum }
            return sum + resource.pace.requestsPerPoll * 86_400 / interval.inSeconds
        }
        let besides = allowance.map { max(Double($0) - schedule.requestsPerDay, Double($0) / 10) } ?? .infinity
        guard let sweepInterval else {
            (counts, sweeps) = (0, 0)
            return
        }
        counts = min(schedule.pollsPerDay, besides / 2)
        let pages = plans.reduce(0.0) { sum, plan in
            sum + Double((records[plan.name] ?? 0) / max(1, plan.pageSize) + 1)
        }
        sweeps = min(pages * 86_400 / sweepInterval.inSeconds, besides / 2)
    }

    /// Whether every configured interval is kept, day after day; nil while the limit is unknown.
    package var isAffordable: Bool? { allowance.map { _ in resources.allSatisfy(\.isAffordable) } }

    /// Whether any gives way at this moment.
    package var isStretched: Bool { resources.contains(where: \.isStretched) }

    /// The shortest interval, the same for every resource that has one, that the share has room for.
    package var affordableInterval: Duration? {
        let stretched = resources.filter { !$0.isAffordable }
        guard !stretched.isEmpty, allowance != 0 else { return nil }
        let perPoll = stretched.reduce(0) { $0 + $1.requestsPerDay * $1.ofTheDay.inSeconds }
        let perDay = stretched.reduce(0) { $0 + $1.requestsPerDay }
        return .seconds(Int(clamping: (perPoll / perDay).rounded(.up)))
    }

    /// Requests a day of an instance on which the configured intervals would be kept, at the same share; nil where no plan
    /// has so many.
    package var neededLimit: Int? {
        let kept = resources.filter { $0.wish != .auto }.reduce(0) { $0 + $1.requestsPerDay }
        guard isAffordable == false, allowance != 0, kept > 0, let limit, wished <= mostPerDay else { return nil }
        let needed = Int(clamping: (Double(limit) * wished / kept).rounded(.up))
        return needed <= Limits.largestCount ? needed : nil
    }
}
