import ChangeFeed
import SimulatedWorld
import Testing

@Suite("ArrivalWindow")
struct ArrivalWindowTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    @Test("However long each request takes to arrive, no second has more than the limit", arguments: 0..<100)
    func anyDelay(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let limit = [1, 2, 3, 5, 10][seed % 5]
        var window = ArrivalWindow(requestsPerSecond: Double(limit))
        var now = start
        var arrivals: [Instant] = []
        var answers: [Instant] = []
        while arrivals.count < 60 {
            for answer in answers.sorted() where answer <= now { window.answer(at: answer) }
            answers.removeAll { $0 <= now }
            let opens = answers.count < 4 ? window.opens(at: now, inFlight: answers.count) : nil
            guard let opens, opens <= now else {
                now = min(opens ?? .distantFuture, answers.min() ?? .distantFuture)
                continue
            }
            // A new connection takes up to two seconds, one that is open hardly anything.
            let way = Bool.random(using: &random) ? Int.random(in: 0...2_000, using: &random) : 1
            let arrival = now + .milliseconds(way)
            arrivals.append(arrival)
            answers.append(arrival + .milliseconds(Int.random(in: 0...300, using: &random)))
        }
        arrivals.sort()
        for (index, first) in arrivals.enumerated() {
            let inOneSecond = arrivals[index...].prefix { $0 - first < .seconds(1) }.count
            #expect(inOneSecond <= limit)
        }
    }

    @Test("While nothing was answered lately it is open, and below one in a second it counts in longer windows")
    func openness() {
        var window = ArrivalWindow(requestsPerSecond: 0.5)
        #expect(window.opens(at: start, inFlight: 0) == start)
        #expect(window.opens(at: start, inFlight: 1) == nil)
        window.answer(at: start)
        #expect(window.opens(at: start + .seconds(1), inFlight: 0) == start + .seconds(2))
    }
}
