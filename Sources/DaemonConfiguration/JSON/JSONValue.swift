// A JSON document as a configuration needs it: numbers as written, members in order.

indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// As written, so that nothing is rounded before somebody asks for a number.
    case number(String)
    case string(String)
    case list([JSONValue])
    case object(JSONObject)
}

struct JSONObject: Sendable, Hashable {
    struct Member: Sendable, Hashable {
        let name: String
        let value: JSONValue
    }

    var members: [Member] = []

    /// The last member of this name, as most readers of JSON have it. Repeated names are reported elsewhere.
    subscript(name: String) -> JSONValue? {
        members.last { $0.name == name }?.value
    }
}

extension JSONValue {
    /// The value for a message to people: short, and without what lies inside a list or an object.
    var shown: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .number(let text): String(text.prefix(40))
        case .string(let text): "\"\(text.count > 60 ? text.prefix(57) + "…" : text[...])\""
        case .list: "a list"
        case .object: "an object"
        }
    }

    var isNull: Bool { self == .null }

    /// Null, or a text field left empty, which is how the vendor's forms store what was not filled in.
    var isBlank: Bool {
        if case .string(let text) = self { text.allSatisfy(\.isWhitespace) } else { isNull }
    }
}
