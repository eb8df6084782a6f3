import Testing

@testable import ChangeFeed

/// The bytes here are promises: what waits in a queue while the program is upgraded is sent again in the same bytes.
@Suite("The formats of a body")
struct FormatTests {
    private static let stored = #"""
        {"id":"evt_1","type":"contact.updated","timestamp":"2026-11-23T19:04:05Z","data":{"sequence":42,"resource":"contacts","id":"366638973","detected_at":"2026-11-23T19:04:31.120Z","record":{"CONTACT_ID":366638973,"LAST_NAME":"Hub\"ert", "N":1.50},"changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hub\"ert"},{"path":"/TAGS/vip","to":{"TAG_NAME":"vip"}}]}}
        """#

    private func body(_ format: NotificationFormat, of stored: String = stored) -> String {
        let formatter = BodyFormatter(
            format: format, accountIdentity: "1a-2b", instance: ElementsInstance(id: 404, name: "my insightly"))
        return String(decoding: formatter.body(of: Array(stored.utf8)), as: UTF8.self)
    }

    @Test("standard is what is stored")
    func standard() {
        #expect(body(.standard) == Self.stored)
        #expect(NotificationFormat.standard.contentType == "application/json")
    }

    @Test("cloudevents is the same data in structured mode, with a sequence that sorts as text")
    func cloudEvents() {
        #expect(
            body(.cloudEvents) == #"""
                {"specversion":"1.0","id":"evt_1","source":"urn:insightly-webhooks:1a-2b","type":"contact.updated","subject":"contacts/366638973","time":"2026-11-23T19:04:05Z","sequence":"00000000000000000042","datacontenttype":"application/json","data":{"sequence":42,"resource":"contacts","id":"366638973","detected_at":"2026-11-23T19:04:31.120Z","record":{"CONTACT_ID":366638973,"LAST_NAME":"Hub\"ert", "N":1.50},"changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hub\"ert"},{"path":"/TAGS/vip","to":{"TAG_NAME":"vip"}}]}}
                """#)
        #expect(NotificationFormat.cloudEvents.contentType == "application/cloudevents+json")
    }

    @Test("cloud-elements is the documented message, with one event")
    func cloudElements() {
        let event =
            #"{"objectType":"contacts","objectId":"366638973","eventType":"UPDATED","date":"2026-11-23T19:04:05Z","pollDate":"2026-11-23T19:04:31Z","elementKey":"insightly","hubKey":"crm","sequence":42,"changes":[{"path":"/LAST_NAME","from":"Huber","to":"Hub\"ert"},{"path":"/TAGS/vip","to":{"TAG_NAME":"vip"}}]}"#
        let message =
            #"{"message":{"eventId":"evt_1","elementKey":"insightly","accountId":0,"companyId":0,"userId":0,"instanceId":404,"instanceName":"my insightly","events":["#
            + event
            + #"],"raw":{"objectType":"contacts","contacts":[{"CONTACT_ID":366638973,"LAST_NAME":"Hub\"ert", "N":1.50}],"events":["#
            + event + #"],"instance_id":404}}}"#
        #expect(body(.cloudElements) == message)
    }

    @Test("A deletion and a creation say so", arguments: [("deleted", "DELETED"), ("created", "CREATED")])
    func kinds(kind: String, word: String) {
        let stored = Self.stored.replacing("contact.updated", with: "contact.\(kind)")
        #expect(body(.cloudElements, of: stored).contains("\"eventType\":\"\(word)\""))
    }

    @Test("The resource events has its record where the list of events would stand")
    func events() throws {
        let body = body(.cloudElements, of: Self.stored.replacing("\"contacts\"", with: "\"events\""))
        let raw = try #require(try RawJSON.read(Array(body.utf8)).member("message")?.member("raw"))
        #expect(JSONMembers(of: raw).inOrder.count == 3)
        #expect(raw.member("events")?.elements?.first?.member("CONTACT_ID") != nil)
    }

    @Test("What the store has lost is sent as it is", arguments: NotificationFormat.allCases)
    func damaged(format: NotificationFormat) {
        #expect(body(format, of: "{\"id\":") == "{\"id\":")
    }
}

@Suite("A stored body read again")
struct EventMessageTests {
    @Test("is the event it was made from", arguments: [ChangeKind.created, .updated, .deleted])
    func roundTrip(kind: ChangeKind) throws {
        let change = Change(
            kind: kind, recordID: RecordID("7"), record: try RawRecord.read(Array(#"{"A":1}"#.utf8)),
            changedAt: kind == .deleted ? nil : Instant(secondsSince1970: 1_795_536_000),
            changes: kind == .updated
                ? [FieldChange(path: "/A", from: nil, to: try RawJSON.read(Array("1".utf8)))] : nil,
            restored: kind == .created)
        let body = EventBody.standard(
            id: "evt_x", typeName: "my.object", change: change, sequence: 3, resource: ResourceName("My__c"),
            detectedAt: Instant(microsecondsSince1970: 1_795_536_000_123_000))
        let message = try #require(EventMessage(body: body))
        #expect(message.change == change)
        #expect(message.typeName == "my.object" && message.sequence == 3 && message.resource.text == "My__c")
        let again = EventBody.standard(
            id: message.id, typeName: message.typeName, change: message.change, sequence: message.sequence,
            resource: message.resource, detectedAt: message.detectedAt)
        #expect(again == body)
    }
}
