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
        let now = Instant(secondsSince1970: 1_764_000_000)
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ] {
            #expect(HTTPDate.parse(text, now: now) == instant)
        }
        #expect(HTTPDate.format(instant) == "Sun, 06 Nov 1994 08:49:37 GMT")
        for text in [
            "06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun Nov 6 08:49 1994",
            "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06 Nov 1994 +8:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov--4 08:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "", "    GMT",
        ] {
            #expect(HTTPDate.parse(text, now: now) == nil, "\(text)")
        }
    }

    @Test("Two digits of a year are of the past where they would lie more than fifty years ahead")
    func centuries() {
        let now = Instant(secondsSince1970: 1_764_000_000)  // In 2025.
        for (digits, year) in [("25", 2025), ("26", 2026), ("75", 2075), ("76", 1976), ("00", 2000)] {
            let date = HTTPDate.parse("Friday, 06-Nov-\(digits) 08:49:37 GMT", now: now)
            #expect(date.map { CivilTime($0).year } == year)
        }
    }

    @Test("No text that claims to be a date, and no clock, stops the reader")
    func anyText() {
        var random = SeededGenerator(seed: 5)
        let pieces = [
            "Sun,", "Sunday,", "06", "06-Nov-94", "Nov", "1994", "08:49:37", "GMT", "-1", "", "99999999999999999999",
            "::", "--", "\u{0}", "9223372036854775807", "é", "6", ".", "5.",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined(separator: Bool.random(using: &random) ? " " : "")
            let now: Instant = Bool.random(using: &random) ? .distantPast : .distantFuture
            if let date = HTTPDate.parse(text, now: now) {
                #expect(Instant(calculable: date.microsecondsSince1970) != nil)
            }
            if let wait = HTTPDate.retryAfter(text, now: now) { #expect(wait >= .zero) }
        }
    }

    @Test("Retry-After is seconds or a date, and never negative")
    func retryAfter() {
        let now = Instant(secondsSince1970: 784_111_777)
        #expect(HTTPDate.retryAfter(" 120 ", now: now) == .seconds(120))
        #expect(HTTPDate.retryAfter("Sun, 06 Nov 1994 08:50:37 GMT", now: now) == .seconds(60))
        #expect(HTTPDate.retryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now: now) == .zero)
        #expect(HTTPDate.retryAfter("Sunday, 06-Nov-94 08:51:37 GMT", now: now) == .seconds(120))
        #expect(HTTPDate.retryAfter("Sun Nov  6 08:52:37 1994", now: now) == .seconds(180))
        #expect(HTTPDate.retryAfter("5.0", now: now) == .seconds(5))
        #expect(HTTPDate.retryAfter("0.25", now: now) == .seconds(1))
        #expect(HTTPDate.retryAfter("-0.5", now: now) == .zero)
        for text in ["soon", "", "5.", ".5", "5,0", "5.0.0", "+5", "1e3", "-"] {
            #expect(HTTPDate.retryAfter(text, now: now) == nil, "\(text)")
        }
        #expect(HTTPDate.retryAfter("-5", now: now) == .zero)
        #expect(HTTPDate.retryAfter("99999999999999999999999", now: now) == .seconds(315_360_000))
    }
}
