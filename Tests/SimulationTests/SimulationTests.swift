// Whole lives by seed: first everything goes wrong, then there is peace, and then nothing may be missing.

import Dispatch
import Testing
import WholeLives

// One after the other, on a thread of its own: else every test that waits for a network would wait for its turn as well.
@Suite("Whole lives in virtual time", .serialized)
struct SimulationTests {
    /// A few of the many that `scripts/simulate` lives in an optimized build.
    static let seeds: ClosedRange<UInt64> = 200...209

    @Test("What the receiver took is what the world did, whatever went wrong on the way", arguments: seeds)
    func life(seed: UInt64) async {
        let report = await onThreadOfItsOwn { LifeReport.of(.drawn(from: seed)) }
        #expect(report.failures == [], "scripts/simulate --seed \(seed): \(report.scenario)")
    }

    @Test("The same seed is the same life, line by line: a failure can be repeated")
    func repetition() async {
        let lives = await onThreadOfItsOwn {
            (0..<2).map { _ in LifeReport.of(.drawn(from: 5), traced: true).trace }
        }
        #expect(lives[0].count > 100)
        #expect(lives[0] == lives[1])
    }

    @Test("The same seed is the same life on either engine of the store, line by line", arguments: seeds)
    func engines(seed: UInt64) async {
        let lives = await onThreadOfItsOwn {
            LifeEngine.allCases.map { LifeReport.of(.drawn(from: seed), on: $0, traced: true).trace }
        }
        #expect(lives[0].count > 100)
        for (line, other) in zip(lives[0], lives[1]) where line != other {
            Issue.record("seed \(seed): \(line) on SQLite, \(other) in memory")
            return
        }
        #expect(lives[0].count == lives[1].count)
    }

    private func onThreadOfItsOwn<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}
