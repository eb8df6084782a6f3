// What a schedule costs: told of any settings that a configuration accepts.

import ChangeFeed
import Testing

@Suite("A report of what polling costs")
struct CostReportTests {
    private let now = Instant(secondsSince1970: 1_764_028_800)

    private func plans(_ intervals: [PollInterval]) throws -> [ResourcePlan] {
        try intervals.enumerated().map { index, interval in
            ResourcePlan(
                name: ResourceName("w\(index)"), typeName: "w", search: try URLTemplate(parsing: "/W/Search"),
                listing: RequestTarget(path: "/W"), idField: FieldPath("W_ID"), updatedDate: nil, createdDate: nil,
                interval: interval)
        }
    }

    /// What polls teach that find as much as can be, again and again, in no time.
    private var hectic: ResourcePace {
        var pace = ResourcePace()
        for poll in 0..<50 {
            let from = now - .seconds(1) + .microseconds(poll)
            pace.polled(1e9, requests: 1_000_000, from: from, to: from + .microseconds(1))
        }
        return pace
    }

    /// What polls have taught, and how often all records are read besides.
    private var lessons: [(pace: ResourcePace, sweep: Duration?)] {
        [(ResourcePace(), nil), (ResourcePace(), .days(3650)), (hectic, .microseconds(1))]
    }

    private static let extremeIntervals: [[PollInterval]] = [
        [.every(.microseconds(60))], [.every(.minutes(15))], [.every(.minutes(999_999_999))], [.auto],
        [.auto, .every(.microseconds(60))], [.auto, .every(.minutes(999_999_999))],
        [.every(.microseconds(60)), .every(.minutes(999_999_999))], [],
    ]

    @Test(
        "can be given whatever the share, the limit, the pace and the intervals", arguments: extremeIntervals,
        [0, 1e-300, 1e-6, 1])
    func extremes(intervals: [PollInterval], share: Double) throws {
        let plans = try plans(intervals)
        for (limit, rate) in [(1, 0.001), (60_000, 5), (1_000_000_000, 100_000)] {
            for (pace, sweep) in lessons {
                let budget = RequestBudget(
                    terms: .init(requestsPerSecond: rate, quotaShare: share, dailyLimit: limit), at: now)
                let report = CostReport(
                    plans, paces: ["w0", "w1"].reduce(into: [:]) { $0[ResourceName($1)] = pace },
                    records: [ResourceName("w0"): 1_000_000_000], sweepInterval: sweep, budget: budget, at: now)
                check(report, of: plans)
            }
        }
    }

    private func check(_ report: CostReport, of plans: [ResourcePlan]) {
        #expect(report.resources.map(\.name) == plans.map(\.name))
        for number in [report.polls, report.counts, report.sweeps, report.wished]
            + report.resources.map(\.requestsPerDay)
        {
            #expect(number.isFinite && number >= 0)
        }
        #expect(report.resources.allSatisfy { $0.interval > .zero && $0.interval <= .minutes(1_000_000_000) })
        if let interval = report.affordableInterval { #expect(interval > .zero && interval <= .minutes(1_000_000_000)) }
        if let limit = report.neededLimit { #expect(limit > 0 && limit <= Limits.largestCount) }
        if report.allowance == 0 { #expect(report.affordableInterval == nil && report.neededLimit == nil) }
    }

    @Test("says which plan would do, and which interval")
    func wayOut() throws {
        let budget = RequestBudget(
            terms: .init(requestsPerSecond: 5, quotaShare: 0.5, dailyLimit: 1_000), at: now)
        let report = CostReport(
            try plans([.every(.minutes(1))]), paces: [:], records: [:], sweepInterval: nil, budget: budget, at: now)
        #expect(report.isAffordable == false)
        #expect(report.affordableInterval.map { (.seconds(170)...(.seconds(190))).contains($0) } == true)
        #expect(report.neededLimit.map { (2_800...3_100).contains($0) } == true)
    }

    @Test("tells the intervals in force: as configured while they are kept, with what they give way to")
    func inForce() throws {
        let budget = RequestBudget(
            terms: .init(requestsPerSecond: 5, quotaShare: 0.5, dailyLimit: 1_000), at: now)
        let plans = try plans([.every(.minutes(1))])
        let reports = [false, true, nil].map {
            CostReport(
                plans, paces: [:], records: [:], sweepInterval: nil, budget: budget, isStretched: $0, at: now)
        }
        #expect(reports.map(\.isStretched) == [false, true, true])
        #expect(reports[0].resources[0].interval == .minutes(1))
        let ofTheDay = reports[2].resources[0].ofTheDay
        #expect(ofTheDay > .minutes(2) && reports[1].resources[0].interval == ofTheDay)
        #expect(reports.allSatisfy { $0.resources[0].ofTheDay == ofTheDay && $0.isAffordable == false })
        #expect(reports.allSatisfy { $0.affordableInterval == reports[2].affordableInterval })
    }
}
