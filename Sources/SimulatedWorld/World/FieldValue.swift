// The value of one field of a record, as JSON has it.

package enum FieldValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number as it stands on the wire: `4601.0` and `4601` are different texts of one number.
    case number(String)
    case text(String)
}

extension FieldValue {
    /// What `field_value` in a query must say to match, or nil for what no query can match.
    package var queryText: String? {
        switch self {
        case .null: nil
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let text), .text(let text): text
        }
    }

    /// For people: short, one line.
    package var preview: String {
        guard case .text(let text) = self else { return queryText ?? "null" }
        let line = text.unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
        return line.count > 40 ? "\"" + line.prefix(39) + "…\"" : "\"" + line + "\""
    }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
}
