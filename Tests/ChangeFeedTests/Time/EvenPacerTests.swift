import ChangeFeed
import SimulatedWorld
import Testing

@Suite("EvenPacer")
struct EvenPacerTests {
    /// Departures of a sender that always sends as soon as it may.
    private func departures(_ pacer: EvenPacer, count: Int) -> [Instant] {
        var pacer = pacer
        var now = Instant(secondsSince1970: 1_000)
        return (0..<count).map { _ in
            now = pacer.earliestDeparture(at: now)
            pacer.depart(at: now)
            return now
        }
    }

    @Test(
        "No window of one second holds more than the limit, even when requests are held up on the way",
        arguments: [0.5, 1, 2.5, 5, 10, 400])
    func windows(requestsPerSecond: Double) {
        var random = SeededGenerator(seed: 7)
        let margin: Duration = .milliseconds(250)
        let pacer = EvenPacer(requestsPerSecond: requestsPerSecond, margin: margin)
        // Each is held up by anything below the margin.
        let arrivals = departures(pacer, count: 2_000)
            .map { $0 + .microseconds(Int64.random(in: 0..<250_000, using: &random)) }.sorted()
        let allowed = max(1, Int(requestsPerSecond))
        for index in arrivals.indices.dropFirst(allowed) {
            #expect(arrivals[index] - arrivals[index - allowed] >= .seconds(1))
        }
    }

    @Test("A limit below one a second spaces requests by more than a second")
    func slow() {
        let times = departures(EvenPacer(requestsPerSecond: 0.5, margin: .zero), count: 3)
        #expect(times[2] - times[0] == .seconds(4))
    }

    @Test("The departure of the process before counts")
    func restart() {
        let last = Instant(secondsSince1970: 1_000)
        let pacer = EvenPacer(requestsPerSecond: 1, margin: .milliseconds(250), lastDeparture: last)
        #expect(pacer.earliestDeparture(at: last + .milliseconds(10)) == last + .milliseconds(1_250))
    }
}
