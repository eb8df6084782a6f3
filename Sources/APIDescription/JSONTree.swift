// JSON as a document is written: members stay in the order they were given in, so that the same values make the same text.

package indirect enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case string(String)
    case list([JSONTree])
    case object([Member])

    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSONTree

        package init(_ name: String, _ value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// An object of those members that have a value.
    package static func members(_ members: [(String, JSONTree?)]) -> JSONTree {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// The first member of this name; nil for what is no object.
    package subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONTree...) { self = .list(elements) }
    /// In the order of the literal.
    package init(dictionaryLiteral elements: (String, JSONTree)...) { self = .members(elements) }
}

extension JSONTree {
    /// Two spaces a level, and no line end after the last line. A list or an object that fits into its line stands there;
    /// of any other each element has a line of its own.
    package var text: String {
        var text = ""
        write(to: &text, depth: 0, column: 0)
        return text
    }

    private static let width = 120

    /// - Parameter column: how much of the line is taken.
    private func write(to text: inout String, depth: Int, column: Int) {
        let line = inOneLine
        // A comma may follow.
        guard column + line.utf8.count >= Self.width else { return text += line }
        let indentation = String(repeating: "  ", count: depth + 1)
        switch self {
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                text += (index == 0 ? "[\n" : ",\n") + indentation
                element.write(to: &text, depth: depth + 1, column: indentation.utf8.count)
            }
            text += "\n" + indentation.dropLast(2) + "]"
        case .object(let members):
            for (index, member) in members.enumerated() {
                let name = Self.quoted(member.name) + ": "
                text += (index == 0 ? "{\n" : ",\n") + indentation + name
                member.value.write(
                    to: &text, depth: depth + 1, column: indentation.utf8.count + name.utf8.count)
            }
            text += "\n" + indentation.dropLast(2) + "}"
        default: text += line
        }
    }

    private var inOneLine: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .string(let value): Self.quoted(value)
        case .list(let elements): "[" + elements.map(\.inOneLine).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { Self.quoted($0.name) + ": " + $0.value.inOneLine }.joined(separator: ", ") + "}"
        }
    }

    /// Escaped is only what JSON demands, so that people can read the rest.
    private static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
