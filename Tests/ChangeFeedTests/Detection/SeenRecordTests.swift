// A record that was seen is looked up by its id.

import Testing

@testable import ChangeFeed

@Suite("Seen records")
struct SeenRecordTests {
    @Test("A seen record has its id and the fingerprint of its bytes; without an id there is none")
    func seen() throws {
        let record = try SampleRecords.record(SampleRecords.contact(id: 7))
        let seen = try #require(SeenRecord(record, idField: FieldPath("CONTACT_ID")))
        #expect(seen.id == RecordID("7"))
        #expect(seen.fingerprint == Fingerprint(of: record.bytes))
        #expect(SeenRecord(record, idField: FieldPath("LEAD_ID")) == nil)
    }
}
