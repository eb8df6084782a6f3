// Many lives on several threads, and the report of each that broke a promise.

import Foundation
import Synchronization
import WholeLives

/// Lives a range of seeds.
final class ManyLives: Sendable {
    private struct State {
        var rest: Range<UInt64>
        var totals = Totals()
    }

    private let state: Mutex<State>
    private let engine: LifeEngine
    private let directory: URL
    private let untilBroken: Bool
    /// Lines of the trace that a failure shows; `--seed` shows all.
    private static let shownLines = 60
    private static let livesPerLine = 500

    init(seeds: Range<UInt64>, engine: LifeEngine, directory: URL, untilBroken: Bool) {
        self.untilBroken = untilBroken
        state = Mutex(State(rest: seeds))
        self.engine = engine
        self.directory = directory
    }

    var totals: Totals { state.withLock { $0.totals } }

    /// Returns when all have ended. Threads rather than tasks: a life blocks on its store.
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
            if untilBroken, state.totals.failures > 0 { return nil }
            return state.rest.popFirst()
        }
    }

    private func live(_ seed: UInt64) {
        var report = LifeReport.of(.drawn(from: seed), on: engine, in: directory)
        let failures = report.failures
        // The trace is made only now that somebody reads it: the same seed is the same life.
        if !failures.isEmpty { report = .of(.drawn(from: seed), on: engine, in: directory, traced: true) }
        state.withLock { state in
            state.totals.add(report)
            if !failures.isEmpty { show(report, failures: failures, seed: seed) }
            if state.totals.lives.isMultiple(of: Self.livesPerLine) { print("… \(state.totals)") }
        }
    }

    private func show(_ report: LifeReport, failures: [String], seed: UInt64) {
        let lines = report.trace.suffix(Self.shownLines)
        print("\n" + lines.joined(separator: "\n"))
        for failure in failures { print("BROKEN: \(failure)") }
        if report.failures.isEmpty { print("and kept when it was lived again: the lives of a seed differ") }
        print("\(report.scenario), \(report.deaths) deaths\nagain: scripts/simulate --seed \(seed)\n")
    }
}
