// The few fields of a record that we look into.

import Testing

@testable import ChangeFeed

@Suite("Raw records")
struct RawRecordTests {
    @Test(
        "An id is a number or a string, digit by digit",
        arguments: [
            ("366638973", "366638973"), ("9007199254740993", "9007199254740993"), ("12.0", "12"), ("\"a-1\"", "a-1"),
            ("\"12\"", "12"), ("\"\"", nil), ("null", nil), ("true", nil), ("[1]", nil),
        ])
    func ids(value: String, id: String?) throws {
        let record = try SampleRecords.record("{\"ID\":\(value)}")
        #expect(record.id(at: FieldPath("ID")) == id.map(RecordID.init))
        #expect(record.id(at: FieldPath("OTHER")) == nil)
    }

    @Test(
        "A date is read by its pattern; null, empty, zero and unreadable dates are none",
        arguments: [
            ("\"2026-11-23 19:04:05\"", 1_795_460_645), ("null", nil), ("\"\"", nil), ("\"0000-00-00 00:00:00\"", nil),
            ("\"soon\"", nil), ("true", nil),
        ] as [(String, Int64?)])
    func dates(value: String, seconds: Int64?) throws {
        let record = try SampleRecords.record("{\"DATE_UPDATED_UTC\":\(value)}")
        #expect(record.instant(of: SamplePlans.updatedDate) == seconds.map(Instant.init(secondsSince1970:)))
        #expect(record.instant(of: SamplePlans.createdDate) == nil)
    }

    @Test("A number is milliseconds since 1970 where the configuration says so")
    func milliseconds() throws {
        let field = DateField(path: FieldPath(members: ["sys", "at"]), pattern: SamplePlans.milliseconds)
        let record = try SampleRecords.record(#"{"sys":{"at":1532430000123}}"#)
        #expect(record.instant(of: field) == Instant(microsecondsSince1970: 1_532_430_000_123_000))
        #expect(try SampleRecords.record("{\"sys\":{\"at\":0.5}}").instant(of: field)?.microsecondsSince1970 == 500)
        #expect(try SampleRecords.record("{\"sys\":{\"at\":1e99}}").instant(of: field) == nil)
    }

    @Test("What was kept is read again only if it is one object")
    func reading() throws {
        #expect(try SampleRecords.record(" {\"a\":1} ").bytes.elementsEqual("{\"a\":1}".utf8))
        #expect(throws: JSONProblem(.notARecord(found: .array), at: 1)) { try SampleRecords.record(" []") }
        #expect(throws: JSONProblem(.truncated, at: 1)) { try SampleRecords.record("{") }
    }
}
