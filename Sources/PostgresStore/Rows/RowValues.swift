// Values of the core, as they are read from columns and given to statements.

import ChangeFeed
import Foundation
import PostgreSQLClient
import StoredForms

extension PostgreSQLRow {
    func int(_ column: String) throws(PostgreSQLColumnProblem) -> Int { Int(try value(column, as: Int64.self)) }

    func optionalInt(_ column: String) throws(PostgreSQLColumnProblem) -> Int? {
        try optional(column, as: Int64.self).map { Int($0) }
    }

    func instant(_ column: String) throws(PostgreSQLColumnProblem) -> Instant {
        Instant(microsecondsSince1970: try value(column))
    }

    func optionalInstant(_ column: String) throws(PostgreSQLColumnProblem) -> Instant? {
        try optional(column, as: Int64.self).map(Instant.init(microsecondsSince1970:))
    }

    func recordID(_ column: String) throws -> RecordID {
        guard let id = RecordKey.id(of: try value(column)) else { throw DamagedKey() }
        return id
    }

    func optionalRecordID(_ column: String) throws -> RecordID? {
        try optional(column, as: [UInt8].self).flatMap(RecordKey.id)
    }

    /// What was packed; none where it was damaged, or what it was packed by is missing.
    func unpacked(_ column: String, by packing: Packing) throws(PostgreSQLColumnProblem) -> [UInt8] {
        guard let stored = try optional(column, as: [UInt8].self) else { return [] }
        return packing.unpack(Data(stored)) ?? []
    }
}

/// Something else than an id stands where one was written.
struct DamagedKey: Error, CustomStringConvertible {
    var description: String { "the key of a record in the state store is none: something else has written it" }
}

extension PostgreSQLValue {
    static func instant(_ instant: Instant?) -> PostgreSQLValue { .int8(instant?.microsecondsSince1970) }
    static func int(_ number: Int?) -> PostgreSQLValue { .int8(number.map(Int64.init)) }
    static func key(_ id: RecordID?) -> PostgreSQLValue { .bytes(id.map(RecordKey.bytes)) }

    static func keys(_ ids: some Sequence<RecordID>) -> PostgreSQLValue {
        PostgreSQLValue(array: ids.map { Optional(RecordKey.bytes(of: $0)) })
    }

    static func numbers(_ numbers: some Sequence<Int64>) -> PostgreSQLValue {
        PostgreSQLValue(array: numbers.map(Optional.init))
    }

    static func sequences(_ numbers: some Sequence<Int>) -> PostgreSQLValue {
        PostgreSQLValue(array: numbers.map { Optional(Int64($0)) })
    }

    /// A text as its bytes, for columns that take any.
    static func utf8(_ text: String?) -> PostgreSQLValue { .bytes(text.map { Array($0.utf8) }) }

    static func utf8(_ texts: some Sequence<String>) -> PostgreSQLValue {
        PostgreSQLValue(array: texts.map { Optional(Array($0.utf8)) })
    }
}
