import ChangeFeed
import Foundation
import SimulatedWorld
import Testing

@Suite("CivilTime, Instant and HTTPDate")
struct TimeTests {
    @Test("Dates agree with Foundation's calendar over four centuries, both ways")
    func calendar() throws {
        let formatter = ISO8601DateFormatter()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5_000 {
            let seconds = Int64.random(in: -6_000_000_000...6_000_000_000, using: &random)
            let instant = Instant(secondsSince1970: seconds)
            #expect(instant.iso8601 == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
            #expect(CivilTime(instant).instantInUTC == instant)
        }
    }

    @Test("Days that do not exist are no instants")
    func nonsense() {
        #expect(CivilTime(year: 2025, month: 2, day: 29).instantInUTC == nil)
        #expect(CivilTime(year: 2024, month: 2, day: 29).instantInUTC != nil)
        #expect(CivilTime(year: 2025, month: 13, day: 1).instantInUTC == nil)
        #expect(CivilTime(year: 2025, month: 1, day: 1, hour: 24).instantInUTC == nil)
    }

    @Test("Milliseconds are written in three digits, the rest dropped")
    func milliseconds() {
        #expect(Instant(microsecondsSince1970: 1_009_999).iso8601Milliseconds == "1970-01-01T00:00:01.009Z")
        #expect(Instant(microsecondsSince1970: -1).iso8601Milliseconds == "1969-12-31T23:59:59.999Z")
    }

    @Test("HTTP dates are read and written")
    func httpDates() {
        let instant = Instant(secondsSince1970: 784_111_777)
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == instant)
        #expect(HTTPDate.format(instant) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.parse("06 Nov 1994") == nil)
        #expect(HTTPDate.parse("Sun, 31 Feb 1994 08:49:37 GMT") == nil)
    }

    @Test("Retry-After is seconds or a date, and never negative")
    func retryAfter() {
        let now = Instant(secondsSince1970: 784_111_777)
        #expect(HTTPDate.retryAfter(" 120 ", now: now) == .seconds(120))
        #expect(HTTPDate.retryAfter("Sun, 06 Nov 1994 08:50:37 GMT", now: now) == .seconds(60))
        #expect(HTTPDate.retryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now: now) == .zero)
        #expect(HTTPDate.retryAfter("soon", now: now) == nil)
        #expect(HTTPDate.retryAfter("-5", now: now) == .zero)
        #expect(HTTPDate.retryAfter("99999999999999999999999", now: now) == .seconds(315_360_000))
    }
}
