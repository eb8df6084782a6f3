// The types of PostgreSQL that have an exact binary form here.

/// The object identifier that PostgreSQL gives a type, the same on every server.
package enum PostgreSQLType: UInt32, Sendable {
    case bool = 16
    case bytea = 17
    case int8 = 20
    case int4 = 23
    case text = 25
    case float8 = 701
    case uuid = 2950
    case boolArray = 1000
    case byteaArray = 1001
    case int8Array = 1016
    case textArray = 1009

    var name: String {
        switch self {
        case .bool: "bool"
        case .bytea: "bytea"
        case .int8: "int8"
        case .int4: "int4"
        case .text: "text"
        case .float8: "float8"
        case .uuid: "uuid"
        case .boolArray: "bool[]"
        case .byteaArray: "bytea[]"
        case .int8Array: "int8[]"
        case .textArray: "text[]"
        }
    }

    /// For people: a number where the type is none of these.
    static func name(of identifier: UInt32) -> String {
        PostgreSQLType(rawValue: identifier)?.name ?? "a type of number \(identifier)"
    }
}
