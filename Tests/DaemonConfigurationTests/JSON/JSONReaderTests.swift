// The JSON reader: what it accepts, and where it says a document is broken.

import Testing

@testable import DaemonConfiguration

@Suite("The JSON reader")
struct JSONReaderTests {
    private func root(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    @Test("keeps numbers as written and members in order")
    func exact() throws {
        let object = try #require(try root(#" {"b": 1.50, "a": -0e+2, "b": [true, null]} "#).object)
        #expect(object.members.map(\.name) == ["b", "a", "b"])
        #expect(object.members.map(\.value) == [.number("1.50"), .number("-0e+2"), .list([.bool(true), .null])])
    }

    @Test("reads every escape, and text of any language")
    func strings() throws {
        #expect(try root(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#) == .string("\"\\/\u{8}\u{C}\n\r\té😀é😀"))
    }

    @Test("skips a byte order mark")
    func byteOrderMark() throws {
        #expect(try root("\u{FEFF}{}") == .object(JSONObject()))
    }

    @Test("reports names that an object has twice, wherever they are")
    func repeated() throws {
        let document = try JSONDocument(parsing: Array("{\"a\": {\"b\": 1,\n\"c\": 2,\n\"b\": 3}}".utf8))
        #expect(document.repeatedNames == [RepeatedName(path: ["a", "b"], line: 3)])
    }

    @Test(
        "says where a document is broken",
        arguments: [
            ("", 1, 1, "a value"), ("{\n  \"ä\": 1\n  \"b\": 2}", 3, 3, "a comma or }"),
            ("{\"é\": }", 1, 7, "a value"),
            ("{\"a\": 1,}", 1, 9, "a name in double quotes, or take the comma before it out"),
            ("[1, ]", 1, 5, "{ or [, or take the comma before it out"), ("[1 2]", 1, 4, "a comma or ]"),
            ("{\"a\" 1}", 1, 6, "a colon"), ("{} {}", 1, 4, "nothing more"), ("[01]", 1, 2, "leading zeros"),
            ("[1.]", 1, 4, "a digit behind"), ("[1e]", 1, 4, "a digit in"), ("[-]", 1, 3, "a number"),
            ("\"abc", 1, 5, "closing quote"), ("\"a\nb\"", 1, 3, "closing quote"), ("\"\\x\"", 1, 2, "an escape"),
            ("\"\\ud800\"", 1, 8, "both halves"), ("{ // why\n}", 1, 3, "no comments"), ("nul", 1, 1, "a value"),
            (String(repeating: "[", count: 60), 1, 51, "levels"),
        ])
    func broken(text: String, line: Int, column: Int, expected: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try root(text) }
        #expect(error?.line == line && error?.column == column, "\(String(describing: error))")
        #expect(error?.expected.contains(expected) == true, "\(String(describing: error))")
    }

    @Test("refuses bytes that are not UTF-8")
    func encoding() {
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test("never crashes and never reads on for ever, on documents with one byte changed", arguments: 0..<4)
    func mutations(seed: UInt64) {
        let whole = Array(#"{"a": [1, -2.5e3, "xé\u00e9\n"], "b": {"c": null, "d": true}}"#.utf8)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bytes = whole
            bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            if let document = try? JSONDocument(parsing: bytes) { #expect(document.root != .null, "seed \(seed)") }
        }
    }
}

extension JSONValue {
    var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
}
