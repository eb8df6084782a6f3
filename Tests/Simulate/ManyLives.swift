// Many lives on several threads, and the report of each that broke a promise.

import Foundation
import Synchronization
import WholeLives

/// Lives a range of seeds.
final class ManyLives: Sendable {
    private let seeds: ManySeeds
    private let lived = Mutex(Totals())
    private let engine: LifeEngine
    private let directory: URL
    private let server: String?
    private let untilBroken: Bool
    private static let livesPerLine = 500

    init(seeds: Range<UInt64>, engine: LifeEngine, directory: URL, server: String?, untilBroken: Bool) {
        self.server = server
        self.untilBroken = untilBroken
        self.seeds = ManySeeds(seeds)
        self.engine = engine
        self.directory = directory
    }

    var totals: Totals { lived.withLock { $0 } }

    /// Returns when all have ended.
    func live(jobs: Int) {
        seeds.walk(jobs: jobs) { seed in
            self.live(seed)
            return !self.untilBroken || self.totals.failures == 0
        }
    }

    private func live(_ seed: UInt64) {
        var report = LifeReport.of(.drawn(from: seed), on: engine, in: directory, at: server)
        let failures = report.failures
        // The trace is made only now that somebody reads it: the same seed is the same life.
        if !failures.isEmpty { report = .of(.drawn(from: seed), on: engine, in: directory, at: server, traced: true) }
        lived.withLock { totals in
            totals.add(report)
            if !failures.isEmpty { show(report, failures: failures, seed: seed) }
            if totals.lives.isMultiple(of: Self.livesPerLine) { print("… \(totals)") }
        }
    }

    private func show(_ report: LifeReport, failures: [String], seed: UInt64) {
        let lines = report.trace.suffix(ManySeeds.shownLines)
        print("\n" + lines.joined(separator: "\n"))
        for failure in failures { print("BROKEN: \(failure)") }
        if report.failures.isEmpty { print("and kept when it was lived again: the lives of a seed differ") }
        print(
            "\(report.scenario), \(report.deaths) deaths\nagain: scripts/simulate --engine \(engine.rawValue) --seed \(seed)\n"
        )
    }
}
