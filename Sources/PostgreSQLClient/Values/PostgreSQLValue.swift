// A parameter of a statement.

/// A value or NULL, of a type that is said along with it, in its binary form.
package struct PostgreSQLValue: Sendable, Equatable {
    package let type: PostgreSQLType
    /// Nil for NULL.
    let bytes: [UInt8]?
    /// A zero character in a text, which PostgreSQL has no place for: the value is refused before it is sent.
    let hasZeroCharacter: Bool

    private init<Scalar: PostgreSQLScalar>(_ value: Scalar?) {
        type = Scalar.type
        bytes = value.map { value in
            var bytes: [UInt8] = []
            value.append(to: &bytes)
            return bytes
        }
        hasZeroCharacter = (value as? String)?.utf8.contains(0) ?? false
    }

    /// An array; what is nil in it is NULL.
    package init<Element: PostgreSQLElement>(array elements: [Element?]) {
        type = Element.arrayType
        bytes = BinaryArray.bytes(of: elements)
        hasZeroCharacter = Element.type == .text && elements.contains { ($0 as? String)?.utf8.contains(0) ?? false }
    }

    package static func int8(_ value: Int64?) -> PostgreSQLValue { PostgreSQLValue(value) }
    package static func int4(_ value: Int32?) -> PostgreSQLValue { PostgreSQLValue(value) }
    package static func float8(_ value: Double?) -> PostgreSQLValue { PostgreSQLValue(value) }
    package static func bool(_ value: Bool?) -> PostgreSQLValue { PostgreSQLValue(value) }
    package static func bytes(_ value: [UInt8]?) -> PostgreSQLValue { PostgreSQLValue(value) }
    package static func text(_ value: String?) -> PostgreSQLValue { PostgreSQLValue(value) }
    package static func uuid(_ value: PostgreSQLUUID?) -> PostgreSQLValue { PostgreSQLValue(value) }

    /// Text that comes as bytes; nil where they are not UTF-8, which PostgreSQL would refuse the whole transaction for.
    package static func text(utf8 bytes: some Sequence<UInt8>) -> PostgreSQLValue? {
        String(validating: bytes, as: UTF8.self).map { .text($0) }
    }
}

/// Without the value, which may be anybody's: what is printed may come into a log.
extension PostgreSQLValue: CustomStringConvertible, CustomReflectable {
    package var description: String { "(\(type.name))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
