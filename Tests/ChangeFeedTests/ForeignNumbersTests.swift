// Numbers that come from outside, as large and as odd as anybody can write them.

import SimulatedWorld
import Testing

@testable import ChangeFeed

@Suite("Numbers of others")
struct ForeignNumbersTests {
    /// The edges of every type that a reader could use, their neighbours, and a number of any length besides.
    private static let texts: [String] = {
        var random = SeededGenerator(seed: 12)
        let edges: [Int64] = [.min, .max, 0, 9_007_199_254_740_992, 9_223_372_036_854_775, 250_000_000_000_000]
        let units: [Int64] = [1, 1_000, 1_000_000, 86_400]
        var texts = edges.flatMap { edge in
            units.flatMap { unit in (-2...2).map { edge / unit &+ $0 } }.flatMap { ["\($0)", "\(0 &- $0)"] }
        }
        for digits in 1...25 {
            let number = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            texts += ["\(number)", "-\(number)", "\(number).\(number)", "\(number)e\(digits)", "-\(number)e-\(digits)"]
        }
        return texts + [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e308", "-1e308", "1e309", "1e-400",
            "9e18", "-9e18", "nan", "inf", "-inf", "infinity", "0x7fffffffffffffff", "+1", "-0", "-", "", "1e", "1_000",
            "1e1000000000000000", "1e9999999999999999999999",
        ]
    }()

    /// Whatever is read of a time can be calculated with: compared, shown, and brought together with any duration.
    private func check(_ instant: Instant?, _ text: String) {
        guard let instant else { return }
        // A written date has four digits of a year, and may be older than the distant past.
        #expect(instant >= .distantPast - .days(36_500) && instant <= .distantFuture, "\(text)")
        #expect(DatePattern.insightly.format(instant + .days(36_500)).isEmpty == false)
        #expect(abs((instant - .distantPast).inSeconds) < 1e12)
    }

    @Test("A time in milliseconds is one that can be calculated with, or none", arguments: texts)
    func milliseconds(text: String) throws {
        let pattern = try DatePattern(java: "milliseconds")
        check(pattern.parse(text), text)
        check(DatePattern.parseISO8601(text), text)
        check(DatePattern.insightly.parse(text), text)
        for json in ["{\"T\":\(text)}", "{\"T\":\"\(text)\"}"] {
            guard let record = try? RawRecord.read(Array(json.utf8)) else { continue }
            check(record.instant(of: DateField(path: FieldPath("T"), pattern: pattern)), json)
            check(record.instant(of: DateField(path: FieldPath("T"), pattern: .insightly)), json)
        }
    }

    @Test("Parts of a written date may be any number", arguments: texts)
    func partsOfDates(text: String) throws {
        for pattern in ["yyyy-MM-dd HH:mm:ss", "yyyyMMdd", "d.M.y H:m:s.S Z"] {
            let pattern = try DatePattern(java: pattern)
            for date in ["\(text)-01-01 00:00:00", "2026-\(text)-01 0:0:0", "1.1.\(text) 1:\(text):1.\(text) +\(text)"]
            {
                check(pattern.parse(date), date)
            }
        }
        for date in ["Sun, \(text) Nov 1994 08:49:37 GMT", "Sun, 06 Nov \(text) 08:\(text):37 GMT"] {
            check(HTTPDate.parse(date, now: Instant(secondsSince1970: 1_795_460_645)), date)
        }
    }

    @Test("A rest that a header asks for can be added to the time of day", arguments: texts)
    func retryAfter(text: String) {
        let now = Instant(secondsSince1970: 1_795_460_645)
        guard let rest = HTTPDate.retryAfter(text, now: now) else { return }
        #expect(rest >= .zero)
        check(now + rest, text)
    }

    @Test("The timestamp of a signature may be anything, and is refused where it is not about now", arguments: texts)
    func timestamps(text: String) {
        #expect(throws: WebhookSignature.Fault.self) {
            try WebhookSignature.verify(
                header: "v1,AAAA", id: "evt_1", timestamp: text, body: [], keys: [],
                now: Instant(secondsSince1970: 1_795_460_645))
        }
    }

    @Test("Numbers of a record are compared and scaled whatever they are", arguments: texts)
    func numbers(text: String) {
        guard let value = try? RawJSON.read(Array(text.utf8)), value.kind == .number else { return }
        let number = JSONNumber(value.bytes)
        for places in [-6, 0, 3, 6] { _ = number?.scaled(byPowerOfTen: places) }
        #expect(number?.integerDigits.map { $0.count <= 41 } ?? true)
        #expect(IPNetwork("10.0.0.0/\(text)") == nil || (0...32).contains(Int(text) ?? 0))
    }
}
