// Whole lives by seed: first everything goes wrong, then there is peace, and then nothing may be missing.

import ChangeFeed
import ChangeOracle
import Foundation
import SimulatedWorld
import Testing

@Suite("Whole lives in virtual time", .serialized)
struct SimulationTests {
    /// More seeds, or one to be repeated: `INSIGHTLY_WEBHOOKS_SIMULATION_SEEDS=100-5000`.
    static let seeds: [UInt64] = {
        let text = ProcessInfo.processInfo.environment["INSIGHTLY_WEBHOOKS_SIMULATION_SEEDS"] ?? "1-24"
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        return bounds.count == 2 ? Array(bounds[0]...bounds[1]) : bounds
    }()

    @Test("What the receiver took is what the world did, whatever went wrong on the way", arguments: seeds)
    func life(seed: UInt64) throws {
        let scenario = Scenario(seed: seed)
        let life = try SimulatedLife(scenario)
        try life.run(for: .minutes(90))
        try life.makePeace()
        try life.run(for: .minutes(30))
        for _ in 0..<48 where try life.openDeliveries() > 0 { try life.run(for: .minutes(30)) }
        #expect(try life.openDeliveries() == 0, "\(scenario)")
        let verdict = try Verdict(taken: life.receiver.taken, world: life.world, newsThreshold: life.newsThreshold)
        #expect(life.receiver.complaints + verdict.faults == [], "\(scenario), \(life.deaths) deaths")
        let requests = life.world.requests
        #expect(Double(requests.highestCount()) <= scenario.requestsPerSecond, "\(scenario)")
        // Those of a process that has just died are still on their way when the next one begins.
        #expect(requests.highestInFlight <= (life.deaths > 0 ? 8 : 4), "\(scenario)")
        #expect(life.receiver.taken.count > 50, "\(scenario): too little happened for this to mean anything")
    }
}

extension SimulatedLife {
    func openDeliveries() throws -> Int {
        guard let process else { return 0 }
        return try process.store.queueDepth(of: process.endpoint).open
    }

    func newsThreshold(of object: SimulatedObject) throws -> NewsThreshold? {
        guard let process else { return nil }
        return try process.store.progress(of: process.account)[object.resource]?.newsThreshold
    }
}
