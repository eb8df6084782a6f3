// What is read out of a body.

import ReceivedEvents
import ChangeFeed
import Testing
import WebhookReceiver

@Suite("ReceivedEvent")
struct ReceivedEventTests {
    @Test("every part of the standard body is read, values as the bytes they came in")
    func standard() throws {
        let changes = #"[{"path":"/A","from":1.50},{"path":"/B","to":null}]"#
        let event = try #require(ReceivedEvent(body: eventBody(42, record: "366638973", changes: changes)))
        #expect(event.id == "evt_42")
        #expect(event.type == "contact.updated")
        #expect(event.sequence == 42)
        #expect(event.recordName == "contacts/366638973")
        #expect(event.detectedAt == Instant(microsecondsSince1970: 1_795_460_671_120_000))
        #expect(event.record?.member("CONTACT_ID")?.bytes.elementsEqual("366638973".utf8) == true)
        let read = try #require(event.changes)
        #expect(read.map(\.path) == ["/A", "/B"])
        #expect(read[0].from?.bytes.elementsEqual("1.50".utf8) == true)
        #expect(read[0].to == nil)
        #expect(read[1].to?.isNull == true)
        #expect(!event.isRestored)
    }

    @Test("changes that are null are none; restored is read")
    func created() throws {
        let text = String(decoding: eventBody(1, type: "contact.created", changes: "null"), as: UTF8.self)
        let event = try #require(ReceivedEvent(body: Array(text.utf8)))
        #expect(event.changes == nil)
        let restored = text.replacing("\"changes\":null", with: "\"changes\":null,\"restored\":true")
        #expect(ReceivedEvent(body: Array(restored.utf8))?.isRestored == true)
    }

    @Test("other bodies are no events", arguments: ["", "[]", "{}", "{\"id\":\"e\",\"type\":\"t\",\"data\":{}}", "x"])
    func others(body: String) {
        #expect(ReceivedEvent(body: Array(body.utf8)) == nil)
    }
}
