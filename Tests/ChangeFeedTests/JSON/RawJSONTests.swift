// A value is its bytes, and is decoded only when asked.

import Testing

@testable import ChangeFeed

@Suite("Raw JSON values")
struct RawJSONTests {
    @Test(
        "The kind is known",
        arguments: [
            ("{}", .object), ("[]", .array), ("\"\"", .string), ("-1", .number),
            ("true", .boolean), ("false", .boolean), ("null", .null),
        ] as [(String, RawJSON.Kind)])
    func kinds(text: String, kind: RawJSON.Kind) throws {
        #expect(try SampleRecords.json(text).kind == kind)
        #expect(try SampleRecords.json(text).isNull == (kind == .null))
    }

    @Test(
        "Numbers keep the digits they were written with",
        arguments: ["1.0", "1e5", "12345678901234567890", "-0", "1E+05", "0.10000000000000000000000000000001"])
    func numbersAreExact(text: String) throws {
        #expect(try SampleRecords.json(" \(text)\n").text == text)
        #expect(try SampleRecords.json("{\"a\":\(text) }").member("a")?.text == text)
        #expect(try SampleRecords.json("[\(text) ,1]").elements?.first?.text == text)
    }

    @Test("Escapes are undone, pairs of surrogates joined, and half a pair becomes the replacement character")
    func decodedStrings() throws {
        #expect(try SampleRecords.json(#""\"\\\/\b\f\n\r\t""#).decodedString == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(try SampleRecords.json(#""\u0041\u00E9\u20ac\uD83D\uDE00""#).decodedString == "Aé€😀")
        #expect(try SampleRecords.json(#""a\ud83db""#).decodedString == "a\u{FFFD}\u{FFFD}\u{FFFD}b")
        #expect(try SampleRecords.json("12").decodedString == nil)
    }

    @Test("Unequal halves of surrogate pairs stay unequal")
    func halfPairs() throws {
        let lead = try SampleRecords.json(#""\ud83d""#)
        #expect(!lead.isEquivalent(to: try SampleRecords.json(#""\ud83e""#)))
        #expect(lead.isEquivalent(to: try SampleRecords.json(#""\uD83D""#)))
        #expect(try SampleRecords.json(#""\ud83dA""#).isEquivalent(to: try SampleRecords.json(#""\ud83d\u0041""#)))
    }

    @Test(
        "Names: text of a string, digits of a number, whole numbers without fraction",
        arguments: [
            ("12", "12"), ("12.0", "12"), ("1.2e1", "12"), ("-7", "-7"), ("-0", "0"), ("1.5", "1.5"),
            ("12345678901234567890123", "12345678901234567890123"), ("1e999", "1e999"), ("\"a\\/b\"", "a/b"),
            ("null", nil), ("true", nil), ("[]", nil), ("{}", nil),
        ])
    func names(text: String, name: String?) throws {
        #expect(try SampleRecords.json(text).asName == name.map(JSONName.init))
    }
}
