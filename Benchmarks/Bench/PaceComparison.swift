// One week under auto and under the schedules it has to stand beside, at the same budget.

import ChangeFeed

struct PaceComparison {
    private static let quotaShare = 0.8

    private let mix: PaceMix
    private let limit: Int
    private let share: Double
    private let auto: PaceRun.Outcome
    private let even: PaceRun.Outcome
    private let fives: PaceRun.Outcome
    private let fifteens: PaceRun.Outcome

    /// - Parameter limit: requests a day of the instance.
    init(_ mix: PaceMix, limit: Int, seed: UInt64) async {
        self.mix = mix
        self.limit = limit
        share = Double(limit) * Self.quotaShare
        let cost = mix.resources.reduce(0) { $0 + Double($1.requestsPerPoll) }
        let evenly = Duration.microseconds(Int64((cost * 86_400 / share * 1_000_000).rounded(.up)))
        func outcome(_ interval: Duration?) async -> PaceRun.Outcome {
            PaceRun(mix, limit: limit, share: Self.quotaShare, interval: interval, seed: seed).played()
        }
        async let (auto, even) = (outcome(nil), outcome(evenly))
        async let (fives, fifteens) = (outcome(.minutes(5)), outcome(.minutes(15)))
        (self.auto, self.even) = await (auto, even)
        (self.fives, self.fifteens) = await (fives, fifteens)
    }

    private var staying: Double { mix.leastWaitOfStayingIntervals(requestsPerSecond: share / 86_400) }
    private var moving: Double { mix.leastWait(requestsPerSecond: share / 86_400) }
    /// Of the least wait that knowledge of the rates could bring; bursts are known to nobody beforehand.
    private var ofOptimum: Double { auto.mean / (mix.isForeseeable ? moving : staying) }
    private var throttled: Int { [auto, even, fives, fifteens].count { $0.mostInASecond > PaceRun.perSecond } }

    var row: String {
        let cells = [
            mix.name, "\(limit)", time(staying), time(moving), both(auto), percent(ofOptimum), both(even), both(fives),
            both(fifteens), percent(Double(auto.mostInADay) / share), "\(throttled)",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    var brokenPromises: [String] {
        var broken: [String] = []
        if ofOptimum > 1.1 { broken.append("the mean wait is \(percent(ofOptimum)) of the least") }
        if auto.mean > 1.02 * even.mean { broken.append("an even split brings less waiting") }
        if Double(auto.mostInADay) > share { broken.append("\(auto.mostInADay) requests in 24 hours") }
        if throttled > 0 { broken.append("more requests in a second than allowed") }
        return broken.map { "\(mix.name), \(limit) a day: \($0)" }
    }

    private func both(_ outcome: PaceRun.Outcome) -> String {
        "\(time(outcome.mean)) / \(time(outcome.percentile99))"
    }

    private func time(_ seconds: Double) -> String {
        seconds < 100 ? "\((seconds * 10).rounded() / 10) s" : "\((seconds / 6).rounded() / 10) min"
    }

    private func percent(_ ratio: Double) -> String { "\((ratio * 1_000).rounded() / 10) %" }
}
