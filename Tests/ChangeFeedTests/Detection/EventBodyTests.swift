// What is POSTed, byte for byte.

import Foundation
import Testing

@testable import ChangeFeed

@Suite("Event bodies, format standard")
struct EventBodyTests {
    private let detectedAt = Instant(microsecondsSince1970: 1_795_460_671_120_999)

    private func body(_ change: Change, id: String = "evt_1", typeName: String = "contact") -> String {
        String(
            decoding: EventBody.standard(
                id: id, typeName: typeName, change: change, sequence: 42, resource: ResourceName("contacts"),
                detectedAt: detectedAt),
            as: UTF8.self)
    }

    private func change(
        _ kind: ChangeKind, _ record: String, at changedAt: Instant? = nil, changes: [FieldChange]? = nil,
        restored: Bool = false, id: String = "366638973"
    ) throws -> Change {
        Change(
            kind: kind, recordID: RecordID(id), record: try SampleRecords.record(record), changedAt: changedAt,
            changes: changes, restored: restored)
    }

    @Test("An update has the members of the documentation in their order, and the bytes as received")
    func updated() throws {
        let record = #"{ "CONTACT_ID": 366638973, "LAST_NAME": "Hubert", "N": 1.0 }"#
        let changes = [
            FieldChange(
                path: "/LAST_NAME", from: try SampleRecords.json("\"Huber\""), to: try SampleRecords.json("\"Hubert\"")),
            FieldChange(path: "/CUSTOMFIELDS/\"x\"", from: .null, to: try SampleRecords.json("-0")),
            FieldChange(path: "/TAGS/vip", from: nil, to: try SampleRecords.json(#"{ "TAG_NAME":"vip" }"#)),
            FieldChange(path: "/PHONE", from: try SampleRecords.json("1e5"), to: nil),
        ]
        let body = try body(
            change(.updated, record, at: Instant(microsecondsSince1970: 1_795_460_645_700_000), changes: changes))
        #expect(
            body == """
                {"id":"evt_1","type":"contact.updated","timestamp":"2026-11-23T19:04:05Z",\
                "data":{"sequence":42,"resource":"contacts","id":"366638973","detected_at":"2026-11-23T19:04:31.120Z",\
                "record":\(record),"changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hubert"},\
                {"path":"/CUSTOMFIELDS/\\"x\\"","from":null,"to":-0},{"path":"/TAGS/vip","to":{ "TAG_NAME":"vip" }},\
                {"path":"/PHONE","from":1e5}]}}
                """)
    }

    @Test("A created record has no changes; a restored one says so; without a date the time of detection stands in")
    func created() throws {
        #expect(
            try body(change(.created, "{}")) == """
                {"id":"evt_1","type":"contact.created","timestamp":"2026-11-23T19:04:31Z",\
                "data":{"sequence":42,"resource":"contacts","id":"366638973","detected_at":"2026-11-23T19:04:31.120Z",\
                "record":{},"changes":null}}
                """)
        #expect(
            try body(change(.created, "{}", restored: true)).hasSuffix(#""record":{},"changes":null,"restored":true}}"#)
        )
    }

    @Test("A deleted record's timestamp is when that was found")
    func deleted() throws {
        let body = try body(change(.deleted, "{}", at: Instant(secondsSince1970: 0)))
        #expect(body.contains(#""type":"contact.deleted","timestamp":"2026-11-23T19:04:31Z""#))
    }

    @Test("A body is JSON for Foundation's reader and ours, whatever the names hold")
    func readable() throws {
        let name = "a\"\\\u{1}é\n😀"
        let changes = [FieldChange(path: "/\(name)", from: nil, to: .null)]
        let record = try SampleRecords.record(SampleRecords.contact())
        let body = try body(
            change(.updated, SampleRecords.contact(), changes: changes, id: name), id: name, typeName: name)
        let json = try SampleRecords.json(body)
        #expect(json.member("type")?.decodedString == name + ".updated")
        #expect(json.value(at: FieldPath(members: ["data", "id"]))?.decodedString == name)
        #expect(json.value(at: FieldPath(members: ["data", "record"]))?.bytes == record.bytes)
        let foundation = try JSONSerialization.jsonObject(with: Data(body.utf8))
        #expect(FoundationOracle.agrees(json, with: foundation))
    }
}
