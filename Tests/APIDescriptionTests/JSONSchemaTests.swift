// Schemas and trees: the keywords they are written as, and the text of it.

import APIDescription
import Testing

@Suite struct JSONSchemaTests {
    @Test func schemasAreTheirKeywords() {
        #expect(JSONSchema.string(pattern: "^a$").json == ["type": "string", "pattern": "^a$"])
        #expect(JSONSchema.choice(["a", "b"]).json == ["enum": ["a", "b"]])
        #expect(JSONSchema.constant(.null).json == ["const": .null])
        #expect(
            JSONSchema.list(of: .boolean, maxItems: 2).json
                == ["type": "array", "items": ["type": "boolean"], "maxItems": 2])
        #expect(JSONSchema.number.orNull.json == ["anyOf": [["type": "number"], ["type": "null"]]])
        #expect(
            JSONSchema.object([.required("a", .null), .optional("b", .anything)], others: .nothing).json == [
                "type": "object", "required": ["a"], "properties": ["a": ["type": "null"], "b": .object([])],
                "additionalProperties": false,
            ])
    }

    @Test func aKeywordThatIsGivenAgainTakesThePlaceOfTheFirst() {
        let schema = JSONSchema.boolean.described("one").defaulting(to: true).described("two")
        #expect(schema.json == ["type": "boolean", "default": true, "description": "two"])
    }

    @Test func textsAreEscapedAndBrokenWhereTheyAreTooLongForALine() {
        let short: JSONTree = ["b": ["x", 1, true, .null], "a": .object([]), "\"\\\n\t\r\u{1}é/": []]
        #expect(short.text == #"{"b": ["x", 1, true, null], "a": {}, "\"\\\n\t\r\u0001é/": []}"#)
        // 119 characters, and a comma may follow; one more is too many.
        let fits = String(repeating: "x", count: 119 - 11)
        for (text, broken) in [(fits, false), (fits + "x", true)] {
            let tree: JSONTree = ["a": ["b": 1], "l": [.string(text)]]
            let written = """
                {
                  "a": {"b": 1},
                  "l": [\(broken ? "\n    " : "")"\(text)"\(broken ? "\n  " : "")]
                }
                """
            #expect(tree.text == written)
        }
    }
}
