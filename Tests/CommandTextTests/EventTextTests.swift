// Events and deliveries as they are read: lists, and the diff before the body.

import ChangeFeed
import EventStore
import Testing

@testable import CommandText
@testable import Operations

@Suite("Events as text")
struct EventTextTests {
    private static let body = """
        {"id":"evt_1","type":"contact.updated","timestamp":"2026-11-23T19:04:05Z","data":{"sequence":42,\
        "resource":"contacts","id":"7","detected_at":"2026-11-23T19:04:31.120Z","record":{"CONTACT_ID":7},\
        "changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hubert"},{"path":"/TAGS/vip","to":{"TAG_NAME":"vip"}},\
        {"path":"/BACKGROUND","from":"\(String(repeating: "long ", count: 80))","to":"\\u001b[2J"}]}}
        """

    private static let screen = Screen(width: 80, isColoured: false)

    private func event(_ body: String = body) -> ListedEvent {
        ListedEvent(
            sequence: 42, id: "evt_1", type: "contact.updated", resource: "contacts", record: RecordID("7"),
            detectedAt: Instant(secondsSince1970: 1_795_536_000), body: Array(body.utf8))
    }

    @Test("The diff is in columns that fit the terminal, and before the body, which is whole")
    func diff() throws {
        let event = event()
        let lines = EventText.whole(EventReport(event), body: event.body, on: Self.screen)
        let head = try #require(lines.firstIndex { $0.hasPrefix("PATH") })
        #expect(lines[0] == "#42  contact.updated  contacts/7" && lines[1].hasPrefix("evt_1  detected 20"))
        let columns = lines[head + 1].split(separator: " ", omittingEmptySubsequences: true)
        #expect(columns == ["/LAST_NAME", "\"Huber\"", "\"Hubert\""])
        #expect(lines[head + 2].hasPrefix("/TAGS/vip ") && lines[head + 2].contains("{\"TAG_NAME\":\"vip\"}"))
        #expect(lines[head + 3].contains("…") && lines[head + 3].contains("\\u001b[2J"))
        #expect(lines[head...(head + 3)].allSatisfy { $0.columns <= 80 })
        #expect(lines.suffix(2) == ["BODY", Self.body])
    }

    @Test("Where nothing is known to have changed, the record is shown, without what says nothing")
    func record() {
        let body = """
            {"id":"evt_1","type":"contact.created","timestamp":"2026-11-23T19:04:05Z","data":{"sequence":1,\
            "resource":"contacts","id":"7","record":{"CONTACT_ID":7,"FIRST_NAME":null,"TAGS":[],"LAST_NAME":"H"},\
            "changes":null}}
            """
        let lines = EventText.changes(Array(body.utf8), on: Self.screen)
        #expect(lines == ["", "FIELD       VALUE", "CONTACT_ID  7", "LAST_NAME   \"H\"", "", "BODY", body])
        #expect(EventText.changes(Array("no event".utf8), on: Self.screen) == ["", "BODY", "no event"])
    }

    @Test("A list is a table on a terminal, and whole lines elsewhere")
    func lists() {
        let report = EventReport(event())
        #expect(EventText.list([report], on: .file) == [report.line])
        #expect(report.line.hasPrefix("#42  20") && report.line.hasSuffix("  contact.updated  contacts/7  evt_1"))
        let table = EventText.list([report], on: Self.screen)
        #expect(table.count == 2 && table[0].hasPrefix(" #  DETECTED") && table[1].hasPrefix("42  20"))
        #expect(EventText.list([], on: Self.screen) == [])
        #expect(report.line(on: Screen(width: 30, isColoured: false)).columns == 30)
        #expect(report.line(on: Self.screen) == report.line)
    }

    private func delivery() -> DeliveryReport {
        var report = DeliveryReport(
            ListedDelivery(
                id: 17, endpoint: "crm", eventID: "evt_1", sequence: 42, endpointSequence: 3, type: "contact.updated",
                resource: "contacts", record: RecordID("7"), state: .dead, isReplay: false, attempts: 2,
                detectedAt: Instant(secondsSince1970: 1_795_536_000), dueAt: nil,
                settledAt: Instant(secondsSince1970: 1_795_536_100), lastResult: "500"))
        report.body = Self.body
        return report
    }

    @Test("A delivery shows its diff on a terminal, and the same lines as ever elsewhere")
    func deliveries() throws {
        let report = delivery()
        #expect(DeliveryText.list([report], on: .file) == [report.line])
        let table = DeliveryText.list([report], on: Self.screen)
        #expect(table.count == 2 && table.allSatisfy { $0.columns <= 80 }, "\(table)")
        #expect(table[1].hasPrefix("    17  dead   crm"), "\(table)")
        #expect(DeliveryText.whole(report, on: .file) == report.lines)
        let lines = DeliveryText.whole(report, on: Self.screen)
        #expect(lines[0].hasPrefix("delivery 17  dead at 20") && lines[0].hasSuffix("to crm"))
        let head = try #require(lines.firstIndex { $0.hasPrefix("PATH") })
        let body = try #require(lines.firstIndex(of: Self.body))
        #expect(head < body)
    }
}
