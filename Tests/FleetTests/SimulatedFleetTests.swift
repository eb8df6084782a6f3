// Fleets by seed: first everything goes wrong, then there is peace, and then nothing may be uneven.

import Dispatch
import SimulatedFleet
import Testing

@Suite("Fleets in virtual time", .serialized)
struct SimulatedFleetTests {
    /// A few of the many that `scripts/simulate --fleet` lives in an optimized build.
    @Test(
        "One daemon at a time leads an account, and soon another where it is gone",
        arguments: 1...4 as ClosedRange<UInt64>)
    func fleet(seed: UInt64) async {
        let report = await onThreadOfItsOwn { FleetReport.of(.drawn(from: seed)) }
        #expect(report.failures == [], "scripts/simulate --fleet --seed \(seed): \(report.scenario)")
        #expect(report.moves > 0)
    }

    @Test("The same seed is the same fleet, line by line")
    func repetition() async {
        let traces = await onThreadOfItsOwn {
            (0..<2).map { _ in FleetReport.of(.drawn(from: 3), traced: true).trace }
        }
        #expect(traces[0].count > 100)
        #expect(traces[0] == traces[1])
    }

    @Test("A newcomer moves its part and hardly more, and one that leaves moves what it led")
    func moves() async throws {
        var scenario = FleetScenario(seed: 1)
        scenario.betweenMisfortunes = nil
        scenario.trouble = .minutes(5)
        let calm = scenario
        let report = await onThreadOfItsOwn { FleetReport.of(calm) }
        #expect(report.failures == [])
        let joining = try #require(report.movesOfJoining)
        #expect(joining.moved == 15)
        let leaving = try #require(report.movesOfLeaving)
        #expect(leaving.moved == leaving.led)
    }

    private func onThreadOfItsOwn<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}
