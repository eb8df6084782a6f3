// Records of 100 KB, by the hundred: the daemon holds a page of them at a time, and never the result.

import ChangeFeed
import ScriptedPeer
import SimulatedWorld
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Heavy records", .timeLimit(.minutes(60)))
struct HeavyTests {
    /// The daemon's peak memory after it has learned so many records of 100 KB, 25 to a page.
    private func peak(learning count: Int) async throws -> Int {
        let population = Population(organisations: count, heavyOrganisations: count)
        let world = Stage.world(population: population) { $0.limits.perSecond = nil }
        let peak = Watched(0)
        try await Stage.set(world) { stage in
            try stage.configure(["event.poller.configuration": #"{"organisations": {"pageSize": 25}}"#])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(1)
            let bytes = try #require(daemon.peakBytes)
            peak.update { $0 = bytes }
            #expect(await daemon.stop() == 0)
        }
        return peak.read { $0 }
    }

    @Test("Memory is bounded by a page, not by the result")
    func memory() async throws {
        // With so many, a dictionary has been trained, which takes the same whatever comes after it.
        let few = try await peak(learning: 200)
        let many = try await peak(learning: 575)
        // What was read besides is 37 MB.
        #expect(many - few < 15_000_000, "\(few) bytes, then \(many)")
    }

    @Test("A page of millions of tiny records is refused before it takes many times its size")
    func tinyRecords() async throws {
        try await Stage.set { stage in
            let page = Array(("[{}" + String(repeating: ",{}", count: 5_500_000) + "]").utf8)
            try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: page)]]) { peer in
                try stage.configure([
                    "insightly.base_url": "\"http://127.0.0.1:\(peer.port)/v3.1/\"",
                    "event.poller.configuration": #"{"contacts": {}}"#,
                ])
                let daemon = try stage.startDaemon()
                let told = await daemon.lines.first {
                    $0.contains("is not a page of records") || $0.contains("no CONTACT_ID")
                }
                #expect(told?.contains("records where") == true)
                let peak = try #require(daemon.peakBytes)
                #expect(peak < 150_000_000, "\(peak) bytes for a page of \(page.count)")
                #expect(await daemon.stop() == 0)
            }
        }
    }
}
