// Whole lives by seed: first everything goes wrong, then there is peace, and then nothing may be missing.

import Foundation
import Testing
import WholeLives

// One after the other: a hundred of them at once would keep every test that waits for a network waiting for its turn.
@Suite("Whole lives in virtual time", .serialized)
struct SimulationTests {
    /// A few of the many that `scripts/simulate` lives.
    static let seeds: ClosedRange<UInt64> = 200...309

    @Test("What the receiver took is what the world did, whatever went wrong on the way", arguments: seeds)
    func life(seed: UInt64) {
        let report = LifeReport.of(.drawn(from: seed))
        #expect(report.failures == [], "scripts/simulate --seed \(seed): \(report.scenario)")
    }

    @Test("The same seed is the same life, line by line: a failure can be repeated")
    func repetition() {
        let lives = (0..<2).map { _ in LifeReport.of(.drawn(from: 5), traced: true).trace }
        #expect(lives[0].count > 100)
        #expect(lives[0] == lives[1])
    }
}
