// `bench deletes`: what it costs to find deletions, and how long it takes, by the real core in virtual time.

import ArgumentParser
import ChangeFeed

struct Deletes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Requests to find deletions among so many records, and the delay until they are reported.",
        discussion: """
            Runs the daemon's core with its default settings (a poll each 15 minutes, 5 requests a second) against a list in \
            memory. "find" are counts, searches and sweeps; each deletion besides costs the one GET that confirms it.
            """)

    @Option(help: "Runs of each case, every one with other places and moments.")
    var runs = 20

    func run() {
        print("| records | deletions | requests to find | of them the worst | a sweep | delay, mean | delay, longest |")
        print("|---:|---:|---:|---:|---:|---:|---:|")
        for records in [1_000, 100_000, 1_000_000] {
            // Of a list that is empty then, nothing is told before somebody releases it.
            for deletions in [1, 10, 1_000] where deletions < records {
                let outcomes = (0..<runs).map { run in
                    DeletesRun(records: records, deletions: deletions, seed: UInt64(run)).played()
                }
                print(row(records, deletions, outcomes))
            }
        }
    }

    private func row(_ records: Int, _ deletions: Int, _ outcomes: [DeletesRun.Outcome]) -> String {
        let costs = outcomes.map(\.requestsToFind)
        let mean = Double(costs.reduce(0, +)) / Double(costs.count)
        let delays = outcomes.flatMap(\.delays).map(\.inSeconds)
        let cells = [
            "\(records)", "\(deletions)", oneDecimal(mean), "\(costs.max() ?? 0)", "\((records + 499) / 500)",
            minutes(delays.reduce(0, +) / Double(max(1, delays.count))), minutes(delays.max() ?? 0),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func oneDecimal(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func minutes(_ seconds: Double) -> String { oneDecimal(seconds / 60) + " min" }
}
