// `bench pace`: how long changes wait under `auto`, beside what else the same budget could buy.

import ArgumentParser
import ChangeFeed

struct Pace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The wait from a change to the poll that sees it, under auto and under other schedules.",
        discussion: """
            Runs the daemon's core in virtual time, a week for each case, the first day for learning: mean / 99th percentile. \
            "optimum" is the least mean wait of intervals chosen for the true rates, were those known beforehand, and all of \
            the share spent; "as they move" the same for intervals that follow the rates of every moment, so that bursts are \
            foreseen.
            """)

    @Option(help: "Decides which changes happen.")
    var seed: UInt64 = 1
    @Option(help: "Only mixes whose name has this in it.")
    var mix = ""
    @Option(help: "Requests a day of the plans.")
    var plan: [Int] = [1_000, 20_000, 40_000, 60_000, 100_000]

    func run() async {
        print(
            "| changes | plan | optimum | as they move | auto | of optimum | even split | every 5 min | every 15 min | auto, of the share | 429s |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for mix in PaceMix.all(seed: seed) where mix.name.contains(self.mix) {
            for limit in plan { print(await row(mix, limit: limit)) }
        }
    }

    private func row(_ mix: PaceMix, limit: Int) async -> String {
        let share = Double(limit) * 0.8
        let cost = mix.resources.reduce(0) { $0 + Double($1.requestsPerPoll) }
        let even = Duration.microseconds(Int64((cost * 86_400 / share * 1_000_000).rounded(.up)))
        let seed = seed
        let outcomes = await withTaskGroup { group in
            for (place, interval) in [nil, even, .minutes(5), .minutes(15)].enumerated() {
                group.addTask { (place, PaceRun(mix, limit: limit, interval: interval, seed: seed).played()) }
            }
            return await group.reduce(into: [Int: PaceRun.Outcome]()) { $0[$1.0] = $1.1 }
        }
        let auto = outcomes[0] ?? .init()
        let moving = mix.leastWait(requestsPerSecond: share / 86_400)
        let staying = mix.leastWaitOfStayingIntervals(requestsPerSecond: share / 86_400)
        let cells = [
            mix.name, "\(limit)", time(staying), time(moving), both(auto),
            percent(auto.mean / (mix.isForeseeable ? moving : staying)), both(outcomes[1]), both(outcomes[2]),
            both(outcomes[3]),
            percent(Double(auto.mostInADay) / share), "\(outcomes.values.count { $0.mostInASecond > 5 })",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func both(_ outcome: PaceRun.Outcome?) -> String {
        guard let outcome else { return "-" }
        return "\(time(outcome.mean)) / \(time(outcome.percentile99))"
    }

    private func time(_ seconds: Double) -> String {
        seconds < 100 ? "\((seconds * 10).rounded() / 10) s" : "\((seconds / 6).rounded() / 10) min"
    }

    private func percent(_ ratio: Double) -> String { "\((ratio * 1_000).rounded() / 10) %" }
}
