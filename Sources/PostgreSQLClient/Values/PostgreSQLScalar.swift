// Types of Swift that are one value of PostgreSQL's, both ways, by its binary form.

/// A value that a column holds.
package protocol PostgreSQLScalar: Sendable {
    static var type: PostgreSQLType { get }
    /// What is read as this one; the type itself, and others whose bytes are the same.
    static var readableTypes: [UInt32] { get }

    func append(to bytes: inout [UInt8])
    /// Nil where the bytes are no such value.
    init?(binary: ArraySlice<UInt8>)
}

extension PostgreSQLScalar {
    package static var readableTypes: [UInt32] { [type.rawValue] }
}

/// A value that an array holds as well.
package protocol PostgreSQLElement: PostgreSQLScalar {
    static var arrayType: PostgreSQLType { get }
}

extension Int64: PostgreSQLElement {
    package static var type: PostgreSQLType { .int8 }
    package static var arrayType: PostgreSQLType { .int8Array }

    package func append(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    package init?(binary: ArraySlice<UInt8>) {
        guard let value = Int64(bigEndian: binary) else { return nil }
        self = value
    }
}

extension Int32: PostgreSQLScalar {
    package static var type: PostgreSQLType { .int4 }

    package func append(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    package init?(binary: ArraySlice<UInt8>) {
        guard let value = Int32(bigEndian: binary) else { return nil }
        self = value
    }
}

extension Double: PostgreSQLScalar {
    package static var type: PostgreSQLType { .float8 }

    package func append(to bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(bitPattern: bitPattern)) }

    package init?(binary: ArraySlice<UInt8>) {
        guard let bits = UInt64(bigEndian: binary) else { return nil }
        self.init(bitPattern: bits)
    }
}

extension Bool: PostgreSQLElement {
    package static var type: PostgreSQLType { .bool }
    package static var arrayType: PostgreSQLType { .boolArray }

    package func append(to bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    package init?(binary: ArraySlice<UInt8>) {
        guard binary.count == 1, let byte = binary.first, byte <= 1 else { return nil }
        self = byte == 1
    }
}

/// Bytes are a `bytea`; an array of `UInt8` is no array to PostgreSQL.
extension [UInt8]: PostgreSQLScalar, PostgreSQLElement {
    package static var type: PostgreSQLType { .bytea }
    package static var arrayType: PostgreSQLType { .byteaArray }

    package func append(to bytes: inout [UInt8]) { bytes += self }

    package init?(binary: ArraySlice<UInt8>) { self = Array(binary) }
}

/// In UTF-8, which connections are made with. No text of PostgreSQL has a zero character, which `PostgreSQLValue` sees to.
extension String: PostgreSQLElement {
    package static var type: PostgreSQLType { .text }
    package static var arrayType: PostgreSQLType { .textArray }
    /// `text`, `name`, `bpchar` and `varchar`.
    package static var readableTypes: [UInt32] { [25, 19, 1042, 1043] }

    package func append(to bytes: inout [UInt8]) { bytes += utf8 }

    package init?(binary: ArraySlice<UInt8>) {
        guard let text = String(validating: binary, as: UTF8.self) else { return nil }
        self = text
    }
}

/// The 16 bytes of a `uuid`, whatever they mean.
package struct PostgreSQLUUID: PostgreSQLScalar, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static var type: PostgreSQLType { .uuid }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
    }

    package init?(binary: ArraySlice<UInt8>) {
        guard let high = UInt64(bigEndian: binary.prefix(8)), let low = UInt64(bigEndian: binary.dropFirst(8)) else {
            return nil
        }
        self.init(high: high, low: low)
    }

    /// As PostgreSQL writes it: `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`.
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
