// JSON Schema, draft 2020-12, as values: what OpenAPI 3.1 describes bodies, headers and parameters by.

/// What a JSON value has to be. Made by the functions below, which stand for one keyword or a usual group of them each.
package struct JSONSchema: Sendable, Hashable {
    /// `true`, or an object of keywords.
    package var json: JSONTree

    package init(json: JSONTree) {
        self.json = json
    }

    /// Any value.
    package static let anything = JSONSchema(json: .object([]))
    package static let boolean = typed("boolean")
    package static let null = typed("null")
    package static let number = typed("number")

    /// - Parameters:
    ///   - format: `date-time`, `uri`, …; a hint, that validators need not check.
    ///   - pattern: A regular expression of ECMAScript; anchored only where it says so.
    package static func string(format: String? = nil, pattern: String? = nil, minLength: Int? = nil) -> JSONSchema {
        typed(
            "string",
            [
                ("format", format.map(JSONTree.string)), ("pattern", pattern.map(JSONTree.string)),
                ("minLength", minLength.map(JSONTree.integer)),
            ])
    }

    package static func integer(minimum: Int? = nil, maximum: Int? = nil) -> JSONSchema {
        typed(
            "integer",
            [("minimum", minimum.map(JSONTree.integer)), ("maximum", maximum.map(JSONTree.integer))])
    }

    /// One of these texts.
    package static func choice(_ texts: [String]) -> JSONSchema {
        JSONSchema(json: ["enum": .list(texts.map(JSONTree.string))])
    }

    /// Just this value.
    package static func constant(_ value: JSONTree) -> JSONSchema { JSONSchema(json: ["const": value]) }

    package static func list(of element: JSONSchema, minItems: Int? = nil, maxItems: Int? = nil) -> JSONSchema {
        typed(
            "array",
            [
                ("items", element.json), ("minItems", minItems.map(JSONTree.integer)),
                ("maxItems", maxItems.map(JSONTree.integer)),
            ])
    }

    /// - Parameter others: What members of other names have to be; nil: anything goes. `.nothing` refuses them.
    package static func object(_ properties: [Property], others: JSONSchema? = nil) -> JSONSchema {
        let required = properties.filter(\.isRequired).map { JSONTree.string($0.name) }
        return typed(
            "object",
            [
                ("required", required.isEmpty ? nil : .list(required)),
                ("properties", properties.isEmpty ? nil : .members(properties.map { ($0.name, $0.schema.json) })),
                ("additionalProperties", others?.json),
            ])
    }

    /// No value at all.
    package static let nothing = JSONSchema(json: false)

    /// A schema of the document's components.
    package static func reference(_ name: String) -> JSONSchema {
        JSONSchema(json: ["$ref": .string("#/components/schemas/\(name)")])
    }

    package static func anyOf(_ schemas: [JSONSchema]) -> JSONSchema { combined("anyOf", schemas) }
    package static func allOf(_ schemas: [JSONSchema]) -> JSONSchema { combined("allOf", schemas) }
    package static func oneOf(_ schemas: [JSONSchema]) -> JSONSchema { combined("oneOf", schemas) }

    /// Or null.
    package var orNull: JSONSchema { .anyOf([self, .null]) }

    /// The same, with a sentence for people.
    package func described(_ text: String) -> JSONSchema { adding("description", .string(text)) }

    package func example(_ value: JSONTree) -> JSONSchema { adding("examples", [value]) }

    /// What is assumed where the value is left out.
    package func defaulting(to value: JSONTree) -> JSONSchema { adding("default", value) }

    /// One keyword more, in the last place; one of the same name makes way.
    package func adding(_ keyword: String, _ value: JSONTree) -> JSONSchema {
        guard case .object(let members) = json else { return self }
        return JSONSchema(json: .object(members.filter { $0.name != keyword } + [JSONTree.Member(keyword, value)]))
    }

    private static func typed(_ type: String, _ keywords: [(String, JSONTree?)] = []) -> JSONSchema {
        JSONSchema(json: .members([("type", .string(type))] + keywords))
    }

    private static func combined(_ keyword: String, _ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(json: .members([(keyword, .list(schemas.map(\.json)))]))
    }
}

extension JSONSchema {
    /// A member of an object.
    package struct Property: Sendable, Hashable {
        package var name: String
        package var schema: JSONSchema
        package var isRequired: Bool

        package init(name: String, schema: JSONSchema, isRequired: Bool) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }

        package static func required(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        package static func optional(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }
}
