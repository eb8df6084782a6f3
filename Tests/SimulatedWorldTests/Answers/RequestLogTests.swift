// The log against which tests hold a client.

import ChangeFeed
import Testing

@testable import SimulatedWorld

@Suite("Request log")
struct RequestLogTests {
    @Test("the most in any window slides, its end not included", arguments: 1...30)
    func highestCount(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var world = makeWorld(population: .empty) { $0.limits.perSecond = nil }
        var times: [Instant] = []
        for _ in 0..<80 {
            let time = (times.last ?? noon) + .milliseconds(generator.below(300))
            times.append(time)
            _ = world.get("/Leads", at: time)
        }
        let byHand = times.map { start in times.filter { $0 >= start && $0 - start < .seconds(1) }.count }.max()
        #expect(world.requests.highestCount() == byHand, "seed \(seed)")
    }

    @Test("requests count as in flight from their arrival until they are finished")
    func inFlight() {
        var world = makeWorld()
        let request = SimulatedRequest(RequestTarget(path: "/Leads/Search"), apiKey: world.apiKey)
        let (_, first) = world.begin(request, at: noon)
        let (_, second) = world.begin(request, at: noon + .seconds(1))
        #expect(world.requests.inFlight == 2)
        world.finish(first, at: noon + .seconds(2))
        world.finish(second, at: noon + .seconds(2))
        #expect(world.requests.inFlight == 0)
        #expect(world.requests.highestInFlight == 2)
    }

    @Test("two polls of one object overlap when the second arrives before the first is through; others do not")
    func overlaps() {
        var world = makeWorld()
        func begin(_ path: String, _ seconds: Int) -> Int {
            world.begin(SimulatedRequest(RequestTarget(path: path), apiKey: world.apiKey), at: noon + .seconds(seconds))
                .number
        }
        let leads = begin("/v3.1/Leads/Search", 0)
        _ = begin("/v3.1/Contacts/Search", 1)
        _ = begin("/v3.1/Leads/1", 2)
        #expect(world.requests.overlappingPolls.isEmpty)
        let overlapping = begin("/v3.1/leads", 3)
        world.finish(leads, at: noon + .seconds(4))
        world.finish(overlapping, at: noon + .seconds(4))
        _ = begin("/v3.1/Leads/Search", 4)
        let pairs = world.requests.overlappingPolls
        #expect(pairs.map(\.earlier.number) == [leads])
        #expect(pairs.map(\.later.number) == [overlapping])
    }

    @Test("statuses are counted, and each entry has its own")
    func statuses() {
        var world = makeWorld()
        _ = world.get("/Leads")
        _ = world.get("/Leads/1")
        #expect(world.requests.countByStatus == [200: 1, 404: 1])
        #expect(world.requests.entries.map(\.status) == [200, 404])
        #expect(world.requests.entries.map(\.finished) == [noon, noon])
    }
}
