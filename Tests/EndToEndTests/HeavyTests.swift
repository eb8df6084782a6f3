// Records of 100 KB, by the hundred: the daemon holds a page of them at a time, and never the result.

import ChangeFeed
import SimulatedWorld
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Heavy records", .timeLimit(.minutes(2)))
struct HeavyTests {
    /// The daemon's peak memory after it has learned so many records of 100 KB, 25 to a page.
    private func peak(learning count: Int) async throws -> Int {
        let population = Population(organisations: count, heavyOrganisations: count)
        let world = Stage.world(population: population) { $0.limits.perSecond = nil }
        let peak = Watched(0)
        try await Stage.set(world) { stage in
            try stage.configure(["event.poller.configuration": #"{"organisations": {"pageSize": 25}}"#])
            let daemon = try stage.startDaemon()
            await daemon.hasLearned(1)
            let bytes = try #require(daemon.peakBytes)
            peak.update { $0 = bytes }
            #expect(await daemon.stop() == 0)
        }
        return peak.read { $0 }
    }

    @Test("Memory is bounded by a page, not by the result")
    func memory() async throws {
        let few = try await peak(learning: 75)
        let many = try await peak(learning: 450)
        // What was read besides is 37 MB.
        #expect(many - few < 15_000_000, "\(few) bytes, then \(many)")
    }
}
