import ChangeFeed
import Testing

@Suite("What is said of requests that wait")
struct HoldUpNewsTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    @Test("A pause is told with its end, again only where it is long and begins anew, and is over with a good answer")
    func pauses() {
        var news = HoldUpNews()
        let hour = start + .hours(1)
        let first = news.take(.throttled, until: hour, isTrying: true, at: start)
        guard case .waits(let line)? = first else {
            Issue.record("nothing was said")
            return
        }
        #expect(line.contains("the API asked for a pause (429), until \(hour.iso8601)"))
        #expect(line.contains("resume --api"))
        #expect(news.take(.throttled, until: hour, isTrying: true, at: start + .minutes(5)) == nil)
        #expect(news.take(nil, until: nil, isTrying: true, at: hour) == nil)
        #expect(news.take(.inFlight, until: nil, isTrying: true, at: hour) == nil)
        #expect(news.take(.throttled, until: hour + .hours(1), isTrying: true, at: hour) != nil)
        #expect(news.take(nil, until: nil, isTrying: false, at: hour + .hours(1)) == .goesOn)
        #expect(news.take(nil, until: nil, isTrying: false, at: hour + .hours(1)) == nil)
    }

    @Test("Short pauses are told of once")
    func shortPauses() {
        var news = HoldUpNews()
        let lines = (1...5).compactMap { index in
            news.take(.throttled, until: start + .seconds(10 * index), isTrying: true, at: start)
        }
        #expect(lines.count == 1)
    }
}
