// `bench pace`: how long changes wait under `auto`, beside what else the same budget could buy.

import ArgumentParser
import Foundation

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

    @Flag(help: "Fail where auto does not keep what the documentation promises of it.")
    var bars = false

    func run() async throws {
        var broken: [String] = []
        print(
            "| changes | plan | optimum | as they move | auto | of optimum | even split | every 5 min | every 15 min | auto, of the share | 429s |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for mix in PaceMix.all(seed: seed) where self.mix.isEmpty || mix.name.contains(self.mix) {
            for limit in plan {
                let week = await PaceComparison(mix, limit: limit, seed: seed)
                print(week.row)
                broken += week.brokenPromises
            }
        }
        guard bars, !broken.isEmpty else { return }
        for line in broken { FileHandle.standardError.write(Data((line + "\n").utf8)) }
        throw ExitCode.failure
    }
}
