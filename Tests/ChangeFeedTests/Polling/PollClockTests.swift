import ChangeFeed
import Testing

@Suite("PollClock")
struct PollClockTests {
    private let start = Instant(secondsSince1970: 1_000_000)

    @Test("Polls keep to a grid, however long each takes to begin")
    func grid() {
        var clock = PollClock(interval: .seconds(60), firstDue: start)
        clock.begin(at: start + .seconds(7))
        #expect(clock.due == start + .seconds(60))
        clock.begin(at: start + .seconds(60))
        #expect(clock.due == start + .seconds(120))
    }

    @Test("A tick that comes hours late is taken once")
    func late() {
        var clock = PollClock(interval: .seconds(60), firstDue: start)
        clock.begin(at: start + .hours(5) + .seconds(1))
        #expect(clock.due == start + .hours(5) + .seconds(60))
    }

    @Test("A poll that is not due does not move the grid")
    func early() {
        var clock = PollClock(interval: .seconds(60), firstDue: start + .seconds(30))
        clock.begin(at: start)
        #expect(clock.due == start + .seconds(30))
    }
}
