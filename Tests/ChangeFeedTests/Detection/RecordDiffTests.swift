// What a receiver is told of the difference between two states of a record.

import Testing

@testable import ChangeFeed

@Suite("Record diffs")
struct RecordDiffTests {
    /// `path from → to`, an absent side as a dash.
    private func diff(_ old: String, _ new: String, updatedDate: String? = nil) throws -> [String] {
        try RecordDiff.changes(
            from: SampleRecords.record(old), to: SampleRecords.record(new),
            updatedDate: updatedDate.map { FieldPath(members: $0.split(separator: ".").map(String.init)) }
        ).map { "\($0.path) \($0.from?.text ?? "-") → \($0.to?.text ?? "-")" }
    }

    @Test("The example of the documentation: a field, a custom field and a new tag, but not the updated date")
    func example() throws {
        let old = SampleRecords.contact(["LAST_NAME": "\"Huber\""])
        let new = SampleRecords.contact([
            "LAST_NAME": "\"Hubert\"", "DATE_UPDATED_UTC": "\"2026-11-23 19:04:05\"",
            "CUSTOMFIELDS": """
            [{"FIELD_NAME":"Hobby__c","FIELD_VALUE":"Go","CUSTOM_FIELD_ID":"Hobby__c"},\
            {"FIELD_NAME":"Score__c","FIELD_VALUE":4601,"CUSTOM_FIELD_ID":"Score__c"},\
            {"FIELD_NAME":"Empty__c","FIELD_VALUE":null,"CUSTOM_FIELD_ID":"Empty__c"}]
            """,
            "TAGS": "[{\"TAG_NAME\":\"vip\"},{\"TAG_NAME\":\"été/1~2\"},{\"TAG_NAME\":\"fair\"}]",
        ])
        #expect(
            try diff(old, new, updatedDate: "DATE_UPDATED_UTC") == [
                #"/LAST_NAME "Huber" → "Hubert""#, #"/CUSTOMFIELDS/Hobby__c "Skiing" → "Go""#,
                #"/TAGS/vip - → {"TAG_NAME":"vip"}"#,
            ])
    }

    @Test("Absent and null are the same state, and what is reported is as received")
    func absentAndNull() throws {
        #expect(try diff(#"{"A":null,"B":1}"#, #"{"C":null,"A":0}"#) == ["/A null → 0", "/B 1 → -"])
        #expect(try diff("{}", #"{"A":0}"#) == ["/A - → 0"])
        #expect(try diff(#"{"A":0}"#, #"{"A":null}"#) == ["/A 0 → null"])
        let same = [
            ("{}", #"{"A":null}"#), (#"{"A":{"B":1}}"#, #"{"A":{"C":null,"B":1}}"#),
            (#"{"A":[{"B":1,"C":null}]}"#, #"{"A":[{"B":1}]}"#),
            (#"{"LINKS":[{"LINK_ID":1}]}"#, #"{"LINKS":[{"LINK_ID":1,"ROLE":null}]}"#),
        ]
        for (left, right) in same {
            #expect(try diff(left, right).isEmpty)
            #expect(try diff(right, left).isEmpty)
        }
        #expect(try diff(#"{"A":[null]}"#, #"{"A":[]}"#) == ["/A [null] → []"])
        #expect(try diff(#"{"A":{}}"#, "{}") == ["/A {} → -"])
    }

    @Test("A field that is put on a layout without a value, or taken away, changes no record")
    func layout() throws {
        func record(_ fields: String) -> String { "{\"CUSTOMFIELDS\":[\(fields)]}" }
        let before = #"{"FIELD_NAME":"A","FIELD_VALUE":1}"#
        for added in [#"{"FIELD_NAME":"New__c","FIELD_VALUE":null}"#, #"{"FIELD_NAME":"New__c"}"#] {
            #expect(try diff(record(before), record(before + "," + added)).isEmpty)
            #expect(try diff(record(added + "," + before), record(before)).isEmpty)
            #expect(try diff("{}", record(added)).isEmpty)
            #expect(try diff(record(added), #"{"CUSTOMFIELDS":null}"#).isEmpty)
        }
    }

    @Test("Values are reported as received, and another spelling is no change")
    func spelling() throws {
        #expect(try diff(#"{"A":1.0,"B":"é"}"#, #"{ "B" : "\u00e9", "A":1e0 }"#).isEmpty)
        #expect(try diff(#"{"A":1.0,"B":-0}"#, #"{"A":1.10,"B":1e5}"#) == ["/A 1.0 → 1.10", "/B -0 → 1e5"])
    }

    @Test("The order is that of the new record, then that of the old for what is gone")
    func order() throws {
        #expect(
            try diff(#"{"Z":1,"A":1,"Y":1,"B":1}"#, #"{"N":1,"B":2,"A":2}"#) == [
                "/N - → 1", "/B 1 → 2", "/A 1 → 2", "/Z 1 → -", "/Y 1 → -",
            ])
    }

    @Test(
        "Each collection is addressed by its own key",
        arguments: [
            ("TAGS", "TAG_NAME", "\"a\"", "a"), ("LINKS", "LINK_ID", "77", "77"), ("DATES", "DATE_ID", "5.0", "5"),
            ("EMAILDOMAINS", "EMAIL_DOMAIN_ID", "9007199254740993", "9007199254740993"),
        ])
    func collections(field: String, key: String, value: String, name: String) throws {
        func record(_ members: String...) -> String { "{\"\(field)\":[\(members.joined(separator: ","))]}" }
        let first = "{\"\(key)\":\(value),\"X\":1}"
        let changed = "{\"X\":2,\"\(key)\":\(value)}"
        let other = "{\"\(key)\":\"b\",\"X\":[1,{}]}"
        #expect(try diff(record(first, other), record(other, changed)) == ["/\(field)/\(name) \(first) → \(changed)"])
        #expect(try diff(record(other), record(first, other)) == ["/\(field)/\(name) - → \(first)"])
        #expect(try diff(record(first, other), record(other)) == ["/\(field)/\(name) \(first) → -"])
        #expect(try diff(record(first, other), record(other, first)).isEmpty)
    }

    @Test("A custom field is its value, and the rest of it is not compared")
    func customFields() throws {
        func record(_ fields: String...) -> String {
            let members = fields.map { field in
                let parts = field.split(separator: "=")
                return
                    "{\"FIELD_NAME\":\"\(parts[0])\",\"FIELD_VALUE\":\(parts[1]),\"CUSTOM_FIELD_ID\":\(fields.count)}"
            }
            return "{\"CUSTOMFIELDS\":[\(members.joined(separator: ","))]}"
        }
        #expect(
            try diff(record("A=12", "B=null"), record("C=null", "B=false", "A=12.0")) == [
                "/CUSTOMFIELDS/B null → false"
            ])
        #expect(try diff(record("A/1=\"x\"", "B=1"), record("B=1")) == ["/CUSTOMFIELDS/A~11 \"x\" → -"])
    }

    @Test(
        "A collection that is null or absent is empty",
        arguments: [
            ("{}", #"{"TAGS":null}"#), ("{}", #"{"TAGS":[]}"#), (#"{"TAGS":null}"#, #"{"TAGS":[ ]}"#),
        ])
    func emptyCollections(left: String, right: String) throws {
        #expect(try diff(left, right).isEmpty)
        #expect(try diff(right, left).isEmpty)
        let filled = #"{"TAGS":[{"TAG_NAME":"a"}]}"#
        for empty in [left, right] {
            #expect(try diff(empty, filled) == [#"/TAGS/a - → {"TAG_NAME":"a"}"#])
            #expect(try diff(filled, empty) == [#"/TAGS/a {"TAG_NAME":"a"} → -"#])
        }
    }

    @Test(
        "A collection whose members cannot be told apart is one value",
        arguments: [
            #"[{"TAG_NAME":"a"},{"TAG_NAME":"\u0061"}]"#, #"[{"NAME":"a"}]"#, #"[{"TAG_NAME":null}]"#, #"["a"]"#,
            #"{"a":1}"#, "7",
        ])
    func fallback(value: String) throws {
        let plain = #"[{"TAG_NAME":"b"}]"#
        #expect(try diff("{\"TAGS\":\(plain)}", "{\"TAGS\":\(value)}") == ["/TAGS \(plain) → \(value)"])
        #expect(try diff("{\"TAGS\":\(value)}", "{\"TAGS\":\(plain)}") == ["/TAGS \(value) → \(plain)"])
        #expect(try diff("{\"TAGS\":\(value)}", "{\"TAGS\":null}") == ["/TAGS \(value) → null"])
        #expect(try diff("{}", "{\"TAGS\":\(value)}") == ["/TAGS - → \(value)"])
        #expect(try diff("{\"TAGS\":\(value)}", "{\"TAGS\": \(value) }").isEmpty)
    }

    @Test("Other arrays and objects are one value, whatever they hold")
    func nothingDeeper() throws {
        #expect(
            try diff(#"{"A":{"TAGS":[{"TAG_NAME":"a"}],"B":1},"L":[1,2]}"#, #"{"A":{"TAGS":[],"B":1},"L":[2,1]}"#) == [
                #"/A {"TAGS":[{"TAG_NAME":"a"}],"B":1} → {"TAGS":[],"B":1}"#, "/L [1,2] → [2,1]",
            ])
    }

    @Test("DATE_UPDATED_UTC is never listed, whichever field says when the record changed")
    func updatedDateOfTheAPI() throws {
        let (old, new) = (#"{"DATE_UPDATED_UTC":1,"AT":1}"#, #"{"DATE_UPDATED_UTC":2,"AT":1}"#)
        for updatedDate in [nil, "AT"] { #expect(try diff(old, new, updatedDate: updatedDate).isEmpty) }
    }

    @Test("An updated date inside another field is not compared, its neighbours are")
    func nestedUpdatedDate() throws {
        let old = #"{"sys":{"at":1,"by":"x"}}"#
        #expect(try diff(old, #"{"sys":{"by":"x","at":2}}"#, updatedDate: "sys.at").isEmpty)
        #expect(
            try diff(old, #"{"sys":{"at":2,"by":"y"}}"#, updatedDate: "sys.at")
                == [#"/sys {"at":1,"by":"x"} → {"at":2,"by":"y"}"#])
        #expect(try diff("{\"AT\":1}", "{}", updatedDate: "AT").isEmpty)
        #expect(try diff("{\"AT\":1,\"X\":1}", "{\"AT\":2,\"X\":1}") == ["/AT 1 → 2"])
    }

    @Test("One custom field of a very large organisation is one change")
    func largeRecord() throws {
        let old = SampleRecords.largeOrganisation()
        let new = old.split(separator: "Text — 399", omittingEmptySubsequences: false).joined(separator: "Text — new")
        let changes = try RecordDiff.changes(from: SampleRecords.record(old), to: SampleRecords.record(new))
        #expect(old.utf8.count > 90_000)
        #expect(changes.map(\.path) == ["/CUSTOMFIELDS/ORGANISATION_FIELD_399"])
    }
}
