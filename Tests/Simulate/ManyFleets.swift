// Many simulated fleets, on several threads, and the report of each that broke a promise.

import Foundation
import SimulatedFleet
import Synchronization

/// Lives the fleets of a range of seeds.
final class ManyFleets: Sendable {
    private struct State {
        var lived = 0
        var failures = 0
        var moves = 0
        var longest = Duration.zero
    }

    private let seeds: ManySeeds
    private let state = Mutex(State())
    private let untilBroken: Bool

    init(seeds: Range<UInt64>, untilBroken: Bool) {
        self.untilBroken = untilBroken
        self.seeds = ManySeeds(seeds)
    }

    var failures: Int { state.withLock { $0.failures } }

    var summary: String {
        state.withLock {
            "\($0.lived) seeds, \($0.failures) failures; \($0.moves) accounts moved, "
                + "none was led by nobody for more than \($0.longest)"
        }
    }

    /// Returns when all have ended.
    func live(jobs: Int) {
        seeds.walk(jobs: jobs) { seed in
            self.live(seed)
            return !self.untilBroken || self.failures == 0
        }
    }

    private func live(_ seed: UInt64) {
        var report = FleetReport.of(.drawn(from: seed))
        // The trace is made only now that somebody reads it: the same seed is the same life.
        if !report.failures.isEmpty { report = .of(.drawn(from: seed), traced: true) }
        state.withLock { state in
            state.lived += 1
            state.moves += report.moves
            state.longest = max(state.longest, report.longestLeaderless)
            guard !report.failures.isEmpty else { return }
            state.failures += 1
            print("\n" + report.trace.suffix(ManySeeds.shownLines).joined(separator: "\n"))
            for failure in report.failures { print("BROKEN: \(failure)") }
            print("\(report.scenario)\nagain: scripts/simulate --fleet --seed \(seed)\n")
        }
    }
}
