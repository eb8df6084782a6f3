// Date patterns: what they read, what they write, and what they refuse.

import ChangeFeed
import Foundation
import Testing

@Suite("A date pattern")
struct DatePatternTests {
    /// 2018-07-31T19:39:46.543Z
    private let moment = Instant(microsecondsSince1970: 1_533_065_986_543_000)

    @Test(
        "writes an instant as Java's SimpleDateFormat does",
        arguments: [
            ("yyyy-MM-dd HH:mm:ss", "GMT", "2018-07-31 19:39:46"),
            ("yyyy-MM-dd'T'HH:mm:ss'Z'", "GMT", "2018-07-31T19:39:46Z"),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "GMT", "2018-07-31T19:39:46Z"),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "-6:00", "2018-07-31T13:39:46-06:00"),
            ("yyyy-MM-dd'T'HH:mm:ssXX", "+05:30", "2018-08-01T01:09:46+0530"),
            ("yyyy-MM-dd'T'HH:mm:ssX", "MST", "2018-07-31T12:39:46-07"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "PST", "2018-07-31T11:39:46.543-0800"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "GMT", "2018-07-31T19:39:46.543000Z"),
            ("yyyy-MM-dd'T'HH:mmz", "GMT", "2018-07-31T19:39GMT"),
            ("yyyy-MM-dd'T'HH:mmz", "-6:00", "2018-07-31T13:39GMT-06:00"),
            ("EEE, dd MMM yyyy HH:mm:ss Z", "GMT", "Tue, 31 Jul 2018 19:39:46 +0000"),
            ("EEEE d MMMM yy", "GMT", "Tuesday 31 July 18"),
            ("MM/dd/yyyy hh:mm a", "GMT", "07/31/2018 07:39 PM"),
            ("MM/dd/yyy K:mm a", "GMT", "07/31/2018 7:39 PM"),
            ("yyyy-MM-dd 'o''clock'", "GMT", "2018-07-31 o'clock"),
            ("yyyy-MM-dd HH:mm", "America/Denver", "2018-07-31 13:39"),
            ("milliseconds", "GMT", "1533065986543"),
        ])
    func writes(pattern: String, zone: String, text: String) throws {
        #expect(try DatePattern(java: pattern, zone: zone).format(moment) == text)
    }

    @Test(
        "reads the text that it describes",
        arguments: [
            ("yyyy-MM-dd HH:mm:ss", "GMT", "2018-07-31 19:39:46", 0),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "GMT", "2018-07-31T13:39:46-06:00", 0),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "GMT", "2018-07-31T19:39:46Z", 0),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "GMT", "2018-07-31T12:39:46.543-0700", 543),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "GMT", "2018-07-31T19:39:46.543000Z", 543),
            ("yyyyMMddHHmmss", "GMT", "20180731193946", 0),
            ("EEE, dd MMM yyyy HH:mm:ss Z", "GMT", "Tue, 31 Jul 2018 19:39:46 GMT", 0),
            ("MM/dd/yyyy hh:mm:ss a", "GMT", "7/31/2018 7:39:46 pm", 0),
            ("yyyy-MM-dd HH:mm:ss", "MST", "2018-07-31 12:39:46", 0),
            ("yyyy-MM-dd HH:mm:ss", "+6:00", "2018-08-01 01:39:46", 0),
            ("yyyy-MM-dd HH:mm:ss", "America/Denver", "2018-07-31 13:39:46", 0),
            ("yy-M-d HH:mm:ss", "GMT", "18-7-31 19:39:46", 0),
            ("milliseconds", "GMT", "1533065986543", 543),
            ("milliseconds", "GMT", "1533065986543.0", 543),
        ])
    func reads(pattern: String, zone: String, text: String, milliseconds: Int64) throws {
        let read = try DatePattern(java: pattern, zone: zone).parse(text)
        #expect(read == moment.wholeSecond + .milliseconds(milliseconds))
    }

    @Test(
        "reads ISO 8601 where the text departs from the pattern, as Insightly's sometimes does",
        arguments: [
            ("2019-09-04T03:32:21.543", 543_000), ("2019-09-04 03:32:21.5", 500_000), ("2019-09-04T03:32:21", 0),
            ("2019-09-04T03:32:21Z", 0), ("2019-09-03T21:32:21-06:00", 0), ("2019-09-04 03:32:21", 0),
            ("2019-09-04T03:32:21.1234567", 123_456),
        ])
    func toleratesISO(text: String, microseconds: Int64) {
        let expected = Instant(microsecondsSince1970: 1_567_567_941_000_000 + microseconds)
        #expect(DatePattern.insightly.parse(text) == expected)
    }

    @Test(
        "reads nothing from a text that is no date",
        arguments: [
            "", "0000-00-00 00:00:00", "2019-02-30 00:00:00", "2019-09-04 03:32:21 tomorrow", "yesterday", "12",
        ])
    func readsNothing(text: String) {
        #expect(DatePattern.insightly.parse(text) == nil)
    }

    @Test(
        "reads of a record what it reads of the text",
        arguments: [
            "2019-09-04 03:32:21", "2016-02-29 23:59:60", "2019-02-29 00:00:00", "0000-00-00 00:00:00",
            "2019-13-04 03:32:21", "2019-09-04 24:00:00", "2019-09-04 03:60:21", "2019-09-04T03:32:21",
            "2019-09-04 03:32:2", "2019-09-04 03:32:21Z", "2019-09-04 03:32: 1", "2019-09-04 +3:32:21",
            "2019-09-04 03.32.21", "219-09-04  03:32:21", "2019-09-04 03:32:2\u{00E9}", "",
        ], ["GMT", "-6:00", "America/Denver"])
    func readsOfRecords(text: String, zone: String) throws {
        let field = DateField(
            path: FieldPath("D"), pattern: try DatePattern(java: "yyyy-MM-dd HH:mm:ss", zone: zone))
        let record = try RawRecord.read(Array("{\"D\":\"\(text)\"}".utf8))
        #expect(record.instant(of: field) == field.pattern.parse(text))
        let escaped = text.utf8.first.map { String(format: "\\u%04x", $0) + text.dropFirst() } ?? ""
        #expect(
            try RawRecord.read(Array("{\"D\":\"\(escaped)\"}".utf8)).instant(of: field) == field.pattern.parse(text))
    }

    @Test("reads no hour beyond noon or midnight where the pattern has half days")
    func halfDays() throws {
        let pattern = try DatePattern(java: "yyyy-MM-dd h:mm a")
        #expect(pattern.parse("2019-09-04 12:30 AM") == DatePattern.parseISO8601("2019-09-04T00:30"))
        #expect(pattern.parse("2019-09-04 13:30 PM") == nil)
    }

    @Test("needs no half of the day beside an hour that counts to 24")
    func halfDayTooMuch() throws {
        let pattern = try DatePattern(java: "yyyy-MM-dd HH:mm a")
        #expect(pattern.parse("2019-09-04 13:30 PM") == DatePattern.parseISO8601("2019-09-04T13:30"))
    }

    @Test("knows a place's summer and winter time")
    func summerTime() throws {
        let pattern = try DatePattern(java: "yyyy-MM-dd HH:mm", zone: "America/Denver")
        #expect(pattern.parse("2026-01-15 12:00") == DatePattern.parseISO8601("2026-01-15T19:00:00Z"))
        #expect(pattern.parse("2026-07-15 12:00") == DatePattern.parseISO8601("2026-07-15T18:00:00Z"))
    }

    @Test(
        "is refused with what would be right",
        arguments: [
            ("yyyy-MM-dd'T'HH:mm:ssXXX'", "GMT", "leave out the last quote"),
            ("milliseconds'", "GMT", "write milliseconds"),
            ("key", "GMT", "write the letters"),
            ("10 digit integer Unix time", "GMT", "write the letters"),
            ("YYYY-MM-dd", "GMT", "write y for the year"),
            ("yyyy-MM-ddTHH:mm", "GMT", "write 'T' in quotes"),
            ("HH:mm:ss", "GMT", "year, month and day"),
            ("yyyy-mm-dd HH:mm:ss", "GMT", "write MM for the month"),
            ("yyyy-MM-dd hh:mm:ss", "GMT", "write HH, or add a"),
            ("yyyy-MM-dd K:mm", "GMT", "write HH, or add a"),
            ("yyyy-MM-dd HH:MM:ss", "GMT", "write mm for the minutes"),
            ("yyyy-MM-dd HH", "GMT", "hours and no minutes"),
            ("yyyy-MM-dd mm:ss", "GMT", "minutes and no hours"),
            ("yyyy-MM-dd HH:mm:SSS", "GMT", "write ss for the seconds"),
            ("", "GMT", "year, month and day"),
            ("1533065986", "GMT", "year, month and day"),
            ("yyyy-MM-ddXXXX", "GMT", "at most 3 times"),
            ("yyyy-MM-dd", "Mars/Olympus", "write GMT, an offset"),
            ("yyyy-MM-dd", "", "write GMT, an offset"),
        ])
    func refuses(pattern: String, zone: String, hint: String) {
        let fault = #expect(throws: TemplateFault.self) { try DatePattern(java: pattern, zone: zone) }
        #expect(fault?.description.contains(hint) == true, "\(String(describing: fault))")
    }

    @Test(
        "with the letters of month and minutes in each other's place is refused, with those that are right",
        arguments: [
            ("yyyy-mm-dd HH:MM:ss", "MM for the month and mm for the minutes: yyyy-MM-dd HH:mm:ss"),
            ("yyyy-mm-dd HH:mm:ss", "MM for the month: yyyy-MM-dd HH:mm:ss"),
            ("yyyy-MM-dd HH:MM:ss", "mm for the minutes: yyyy-MM-dd HH:mm:ss"),
            ("yyyy/mm/dd HH:MM:ss", "yyyy/MM/dd HH:mm:ss"), ("yyyy.mm.dd.HH.MM.ss", "yyyy.MM.dd.HH.mm.ss"),
            ("yyyy-mm-dd'T'HH:MM:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"), ("yyyymmddHHMMss", "yyyyMMddHHmmss"),
            ("dd.mm.yyyy HH:MM", "dd.MM.yyyy HH:mm"), ("mm/dd/yyyy hh:MM a", "MM/dd/yyyy hh:mm a"),
            ("HH:MM dd/mm/yyyy", "HH:mm dd/MM/yyyy"), ("yyyy/dd/mm HH:MM", "yyyy/dd/MM HH:mm"),
            ("EEE, d mmm yyyy H:M:s Z", "EEE, d MMM yyyy H:m:s Z"), ("yyyy-m-d H:M", "yyyy-M-d H:m"),
            ("dd MMM yyyy HH:MM:ss", "dd MMM yyyy HH:mm:ss"), ("yyyy-MM-dd HH:MM:00", "yyyy-MM-dd HH:mm:00"),
            ("yyyy-mm-dd", "MM for the month: yyyy-MM-dd"), ("yyyy-mm-dd HH:00:00", "yyyy-MM-dd HH:00:00"),
            ("yyyy-mm-dd 'mm' HH:MM 'o''clock, MM'", "yyyy-MM-dd 'mm' HH:mm 'o''clock, MM'"),
        ])
    func swapped(pattern: String, hint: String) {
        for isForRequests in [false, true] {
            let fault = #expect(throws: TemplateFault.self) {
                try DatePattern(java: pattern, isForRequests: isForRequests)
            }
            #expect(fault?.right.hasSuffix(hint) == true, "\(String(describing: fault))")
            #expect(fault?.wrong.contains(pattern) == true)
        }
    }

    @Test(
        "may have its parts in any order in which date and time each stand together, and the month twice",
        arguments: [
            "HH:mm:ss dd/MM/yyyy", "mm:HH dd.MM.yyyy", "yyyy-MM-dd ss:mm:HH", "yyyyMMddHHmm", "M/d/yy h:m a",
            "yyyy-MM-dd'T'HH:mm", "MM-dd-yyyy HH:mm", "EEE MMM dd HH:mm:ss z yyyy", "MM/dd HH:mm yyyy",
            "HH MM/dd/yyyy mm", "yyyy-MM-dd (MMM) HH:mm", "'mm' yyyy-MM-dd HH:mm", "yyyy-MM-dd 00:mm:ss",
        ])
    func unusual(pattern: String) throws {
        // One of them says minutes and no hours, behind digits that stand for them.
        let date = try DatePattern(java: pattern)
        let moment = try #require(DatePattern.parseISO8601("2018-07-31T00:39:00Z"))
        #expect(date.parse(date.format(moment)) == moment)
    }

    @Test("may have digits in place of a part of the time, which is said, and reads other dates as ISO 8601")
    func fixedDigits() throws {
        let pattern = try DatePattern(java: "yyyy-MM-dd HH:00:00")
        #expect(pattern.remark?.wrong.contains("says hours and no minutes") == true)
        #expect(pattern.parse("2019-09-04 03:32:21") == DatePattern.parseISO8601("2019-09-04T03:32:21"))
        #expect(DatePattern.insightly.remark == nil)
        #expect(throws: TemplateFault.self) { try DatePattern(java: "yyyy-MM-dd hh:00:00") }
    }

    @Test("reads what it wrote, for instants of eighty years and every usual pattern", arguments: 0..<8)
    func roundTrip(seed: UInt64) throws {
        let patterns = [
            "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssXXX", "EEE, dd MMM yyyy HH:mm:ss Z", "yyyyMMddHHmmss",
            "MM/dd/yyyy hh:mm:ss a", "d MMMM yyyy K:m:s a z", "yyyy-MM-dd'T'kk:mm:ssX",
        ]
        let zones = ["GMT", "-6:00", "+05:30", "NZDT"]
        var random = SplitMix(seed: seed)
        for round in 0..<200 {
            let pattern = patterns[Int(random.next() % UInt64(patterns.count))]
            // X alone writes whole hours.
            let zone = pattern.hasSuffix("ssX") ? "-6:00" : zones[Int(random.next() % UInt64(zones.count))]
            let instant = Instant(secondsSince1970: Int64(random.next() % 2_500_000_000))
            let date = try DatePattern(java: pattern, zone: zone)
            let text = date.format(instant)
            #expect(date.parse(text) == instant, "seed \(seed), round \(round): \(pattern) in \(zone) wrote \(text)")
        }
    }
}

/// A small seeded generator, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
