// Events as programs read them.

import ChangeFeed
import Foundation
import Testing

@testable import WebhookReceiver

@Suite("EventLine")
struct EventLineTests {
    private func request(_ body: [UInt8]) -> ReceivedRequest {
        let time = Instant(microsecondsSince1970: 1_795_460_671_250_000)
        return ReceivedRequest(
            number: 1, path: "/", headers: signedHeaders(body, id: "evt_1", at: time).map { HeaderField($0, $1) },
            body: body, arrivedAt: time, keys: [VerifyingKey(testKey)], tolerance: .minutes(5))
    }

    private func object(_ line: [UInt8]) throws -> [String: Any] {
        #expect(line.firstIndex(of: 10) == line.count - 1, "one line")
        return try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    @Test("the journal keeps the exact bytes of the body, newlines and all")
    func journal() throws {
        let body = Array("{\"a\":\n\t\"x\\ny é \u{1F600}\"}\r\n".utf8)
        let line = try object(EventLine.journal(request(body)))
        #expect(line["webhook-id"] as? String == "evt_1")
        #expect(line["received_at"] as? String == "2026-11-23T19:04:31.250Z")
        #expect(line["verified"] as? Bool == true)
        #expect((line["body"] as? String).map { Array($0.utf8) } == body)
    }

    @Test("a body that is not UTF-8 is kept in base64")
    func notUTF8() throws {
        let line = try object(EventLine.journal(request([0x7B, 0xFF])))
        #expect(line["body_base64"] as? String == "e/8=")
        #expect(line["body"] == nil)
    }

    @Test("a printed line holds the body as the JSON it is, on one line")
    func printed() throws {
        let body = Array("{\"id\":\n 1.50}\n".utf8)
        let exchange = ReceivedExchange(request: request(body), outcome: .refused(status: 503), isDuplicate: false)
        let printed = EventLine.printed(exchange)
        #expect(String(decoding: printed, as: UTF8.self).hasSuffix("\"body\":{\"id\":  1.50}}\n"))
        let line = try object(printed)
        #expect(line["outcome"] as? String == "refused 503")
        #expect(line["duplicate"] as? Bool == false)
    }

    @Test("a body that is no JSON is printed as null")
    func noJSON() throws {
        let exchange = ReceivedExchange(
            request: request(Array("<html>".utf8)), outcome: .accepted(status: 200), isDuplicate: true)
        #expect(try object(EventLine.printed(exchange))["body"] is NSNull)
    }
}
