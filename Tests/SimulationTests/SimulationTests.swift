// Whole lives by seed: first everything goes wrong, then there is peace, and then nothing may be missing.

import Dispatch
import PrivatePostgreSQL
import Testing
import WholeLives

// One after the other, on a thread of its own: else every test that waits for a network would wait for its turn as well.
@Suite("Whole lives in virtual time", .serialized)
struct SimulationTests {
    /// Short ones of the many that `scripts/simulate` lives in an optimized build: of three accounts and more each, the
    /// second and the third with somebody who resumes and replays.
    static let seeds: [UInt64] = [222, 213, 220, 202]

    @Test(
        "What the receiver took is what the world did, whatever went wrong on the way, and is so in memory, line by line",
        arguments: seeds)
    func life(seed: UInt64) async {
        let lives = await onThreadOfItsOwn {
            [LifeEngine.sqlite, .memory].map { LifeReport.of(.drawn(from: seed), on: $0, traced: true) }
        }
        #expect(lives[0].failures == [], "scripts/simulate --seed \(seed): \(lives[0].scenario)")
        expectOne(lives[0].trace, and: lives[1].trace, "in memory")
    }

    @Test("The same seed is the same life, line by line: a failure can be repeated")
    func repetition() async {
        let lives = await onThreadOfItsOwn {
            (0..<2).map { _ in LifeReport.of(.drawn(from: 213), traced: true).trace }
        }
        #expect(lives[0].count > 100)
        #expect(lives[0] == lives[1])
    }

    @Test(
        "The same seed is the same life on PostgreSQL, whether a question is answered before what was written, or behind it",
        arguments: seeds.prefix(2))
    func postgres(seed: UInt64) async throws {
        let lives = try await SharedCluster.standard.lend { server in
            await onThreadOfItsOwn {
                [LifeEngine.sqlite, .postgres, .rehearsed].map {
                    LifeReport.of(.drawn(from: seed), on: $0, at: server.address, traced: true).trace
                }
            }
        }
        expectOne(lives[0], and: lives[1], "on PostgreSQL")
        expectOne(lives[0], and: lives[2], "on PostgreSQL by rehearsals")
    }

    private func expectOne(_ life: [String], and other: [String], _ place: String) {
        #expect(life.count > 100)
        if let (line, its) = zip(life, other).first(where: { $0 != $1 }) {
            Issue.record("\(line) on SQLite, \(its) \(place)")
        }
        #expect(life.count == other.count)
    }

    private func onThreadOfItsOwn<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}
