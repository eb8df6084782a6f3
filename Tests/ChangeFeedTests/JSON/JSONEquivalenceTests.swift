// The same value in another spelling is the same.

import Testing

@testable import ChangeFeed

@Suite("Equivalence of JSON values")
struct JSONEquivalenceTests {
    @Test(
        "Spelling, white space and order of members do not matter",
        arguments: [
            (#""é\/""#, #""\u00e9/""#), ("[1, 2]", "[1,2.0]"),
            (#"{"a":1,"b":[null]}"#, #"{ "b" : [ null ], "\u0061":1e0 }"#),
            (#"{"a":1,"a":2}"#, #"{"a":2}"#), ("{}", "{ }"), ("[[],{}]", "[ [ ] , { } ]"),
        ])
    func same(left: String, right: String) throws {
        #expect(try SampleRecords.json(left).isEquivalent(to: SampleRecords.json(right)))
        #expect(try SampleRecords.json(right).isEquivalent(to: SampleRecords.json(left)))
    }

    @Test(
        "Everything else does",
        arguments: [
            ("1", "\"1\""), ("null", "false"), ("true", "false"), ("null", "\"\""), ("[1,2]", "[2,1]"),
            ("[1]", "[1,1]"),
            (#"{"a":1}"#, #"{"a":1,"b":null}"#), (#"{"a":1}"#, #"{"b":1}"#), ("[]", "{}"), ("\"é\"", "\"e\u{301}\""),
            (#"{"a":1,"a":2}"#, #"{"a":1}"#), (#"{"a":{"b":1}}"#, #"{"a":{"b":2}}"#),
        ])
    func different(left: String, right: String) throws {
        #expect(try !SampleRecords.json(left).isEquivalent(to: SampleRecords.json(right)))
        #expect(try !SampleRecords.json(right).isEquivalent(to: SampleRecords.json(left)))
    }

    @Test("A value that is left out of the comparison may differ, be added or be missing; its neighbours may not")
    func exceptions() throws {
        let before = try SampleRecords.json(#"{"sys":{"updated":1,"rev":7},"x":1}"#)
        func same(_ text: String) throws -> Bool {
            try before.isEquivalent(to: SampleRecords.json(text), except: ["sys", "updated"])
        }
        #expect(try same(#"{"sys":{"updated":2,"rev":7},"x":1}"#))
        #expect(try same(#"{"x":1,"sys":{"rev":7}}"#))
        #expect(try !same(#"{"sys":{"updated":2,"rev":8},"x":1}"#))
        #expect(try !same(#"{"x":1}"#))
        #expect(try !same(#"{"sys":{"updated":1,"rev":7},"x":1,"updated":5}"#))
    }
}
