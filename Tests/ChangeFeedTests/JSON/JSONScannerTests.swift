// What is JSON, and what is wrong with the rest.

import Testing

@testable import ChangeFeed

@Suite("JSON grammar")
struct JSONScannerTests {
    @Test(
        "Every form that RFC 8259 allows is accepted",
        arguments: [
            "0", "-0", "10", "-1.5", "1e5", "1E+05", "1.0e-10", "12345678901234567890", "1e999", "true", "false",
            "null",
            "\"\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"", "\"é日😀\u{7F}\"", "[]", "[ ]", "{}", "{ }",
            "[1,[2],{\"a\":[]}]", " \t\r\n{ \"a\" : 1 , \"a\" : 2 } ", "\u{FEFF}[1]", "\"\\ud800\"",
        ])
    func accepts(text: String) throws {
        #expect(throws: Never.self) { try RawJSON.read(Array(text.utf8)) }
    }

    @Test(
        "Everything else is refused, at the byte where it goes wrong",
        arguments: [
            ("", .empty, 0), (" \n", .empty, 2), ("\u{FEFF}", .empty, 3), ("01", .trailingBytes, 1),
            ("1.", .truncated, 2),
            ("1.e5", .badNumber, 0), ("-", .truncated, 1), ("-a", .badNumber, 0), ("[1e+]", .badNumber, 1),
            ("+1", .unexpectedByte(0x2B), 0), (".5", .unexpectedByte(0x2E), 0), ("NaN", .unexpectedByte(0x4E), 0),
            ("nul", .truncated, 3), ("nulL", .badLiteral, 0), ("[tru]", .badLiteral, 1), ("truex", .trailingBytes, 4),
            ("\"a", .truncated, 2), ("\"\t\"", .controlCharacter(9), 1), ("\"\\x\"", .badEscape, 1),
            ("\"12345678\n\"", .controlCharacter(10), 9), ("\"\\u00g0\"", .badEscape, 1), ("\"\\u00", .truncated, 5),
            ("[1,]", .unexpectedByte(0x5D), 3), ("[,1]", .unexpectedByte(0x2C), 1), ("[1 2]", .unexpectedByte(0x32), 3),
            ("[1}", .unexpectedByte(0x7D), 2), ("[", .truncated, 1), ("{\"a\":1,}", .unexpectedByte(0x7D), 7),
            ("{\"a\" 1}", .unexpectedByte(0x31), 5), ("{1:2}", .unexpectedByte(0x31), 1),
            ("{\"a\":}", .unexpectedByte(0x7D), 5),
            ("{\"a\":1", .truncated, 6), ("{\"a\"", .truncated, 4), ("[1] x", .trailingBytes, 4),
            ("\u{B}1", .unexpectedByte(11), 0),
            ("\u{A0}1", .unexpectedByte(0xC2), 0), ("1//", .trailingBytes, 1), ("'a'", .unexpectedByte(0x27), 0),
        ] as [(String, JSONProblem.Fault, Int)])
    func refuses(text: String, fault: JSONProblem.Fault, offset: Int) {
        #expect(throws: JSONProblem(fault, at: offset)) { try RawJSON.read(Array(text.utf8)) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused inside strings",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3, 0x22], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xE2, 0x82, 0x41],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF1, 0x80, 0x80, 0x41], [0xF5, 0x80, 0x80, 0x80],
            [0xFF],
        ] as [[UInt8]])
    func refusesBadUTF8(sequence: [UInt8]) {
        let text = Array("\"abc".utf8) + sequence + Array("defg\"".utf8)
        #expect(throws: JSONProblem(.badUTF8, at: 4)) { try RawJSON.read(text) }
    }

    @Test("The first and last character of each length of UTF-8 are accepted")
    func acceptsAllLengths() throws {
        let text = "\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}"
        #expect(try SampleRecords.json("\"\(text)\"").decodedString == text)
    }

    @Test("Nesting is bounded: the limit is read, one more is refused")
    func nesting() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(try RawJSON.read(nested(Limits.jsonNesting)).kind == .array)
        let problem = JSONProblem(.tooDeep(limit: Limits.jsonNesting), at: Limits.jsonNesting)
        #expect(throws: problem) { try RawJSON.read(nested(Limits.jsonNesting + 1)) }
        #expect(throws: problem) { try RecordPage.read(nested(100_000)) }
    }

    @Test("A text above the size limit is refused before it is read")
    func size() {
        let text = [UInt8](repeating: 0x20, count: Limits.jsonBytes + 1)
        #expect(throws: JSONProblem(.tooLarge(limitBytes: Limits.jsonBytes), at: 0)) { try RawJSON.read(text) }
    }

    @Test("Text after a stop byte is found at every distance from a multiple of eight")
    func everyAlignment() throws {
        for length in 0..<40 {
            let plain = String(repeating: "x", count: length)
            #expect(
                try SampleRecords.json("\"\(plain)\\n\(plain)é\(plain)\"").decodedString
                    == "\(plain)\n\(plain)é\(plain)")
            #expect(throws: JSONProblem(.controlCharacter(0x1F), at: length + 1)) {
                try RawJSON.read(Array("\"\(plain)\u{1F}\(plain)\"".utf8))
            }
        }
    }
}
