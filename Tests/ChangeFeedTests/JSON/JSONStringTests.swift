// Strings that we write can be read by anybody.

import Foundation
import Testing

@testable import ChangeFeed

@Suite("JSON strings")
struct JSONStringTests {
    @Test("Every character below U+0300 and beyond comes back as it was, by Foundation's reader and ours")
    func roundTrip() throws {
        let text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init))) + "日本😀\u{2028}"
        var json: [UInt8] = []
        JSONString.append(text, to: &json)
        #expect(try RawJSON.read(json).decodedString == text)
        let foundation = try JSONSerialization.jsonObject(with: Data(json), options: [.fragmentsAllowed])
        #expect(foundation as? String == text)
    }

    @Test("Only what must be escaped is")
    func escapes() {
        var json: [UInt8] = []
        JSONString.append("a/é\"\\\n\u{1}\u{1F}", to: &json)
        #expect(String(decoding: json, as: UTF8.self) == #""a/é\"\\\n\u0001\u001f""#)
    }
}
