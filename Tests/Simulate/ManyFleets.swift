// Many simulated fleets, on several threads, and the report of each that broke a promise.

import Foundation
import SimulatedFleet
import Synchronization

/// Lives the fleets of a range of seeds.
final class ManyFleets: Sendable {
    private struct State {
        var rest: Range<UInt64>
        var lived = 0
        var failures = 0
        var moves = 0
        var longest = Duration.zero
    }

    private let state: Mutex<State>
    private let untilBroken: Bool
    /// Lines of the trace that a failure shows; `--seed` shows all.
    private static let shownLines = 60

    init(seeds: Range<UInt64>, untilBroken: Bool) {
        self.untilBroken = untilBroken
        state = Mutex(State(rest: seeds))
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
        let done = DispatchGroup()
        for _ in 0..<jobs {
            done.enter()
            Thread.detachNewThread {
                while let seed = self.next() { self.live(seed) }
                done.leave()
            }
        }
        done.wait()
    }

    private func next() -> UInt64? {
        state.withLock { state in
            if untilBroken, state.failures > 0 { return nil }
            return state.rest.popFirst()
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
            print("\n" + report.trace.suffix(Self.shownLines).joined(separator: "\n"))
            for failure in report.failures { print("BROKEN: \(failure)") }
            print("\(report.scenario)\nagain: scripts/simulate --fleet --seed \(seed)\n")
        }
    }
}
