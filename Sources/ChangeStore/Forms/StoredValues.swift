// How the core's values stand in columns.

import ChangeFeed
import Foundation
import GRDB

extension Instant: StatementColumnConvertible {}
extension Instant: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { microsecondsSince1970.databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Instant? {
        Int64.fromDatabaseValue(value).map(Instant.init(microsecondsSince1970:))
    }

    package init?(sqliteStatement: SQLiteStatement, index: CInt) {
        self.init(microsecondsSince1970: Int64(sqliteStatement: sqliteStatement, index: index))
    }
}

extension RecordID: DatabaseValueConvertible {
    /// A number where the id is one and would be written back the same.
    package var databaseValue: DatabaseValue {
        if let number = Int64(text), String(number) == text { return number.databaseValue }
        return text.databaseValue
    }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> RecordID? {
        switch value.storage {
        case .int64(let number): RecordID(String(number))
        case .string(let text): RecordID(text)
        default: nil
        }
    }
}

extension Collection where Element == UInt8 {
    /// As a BLOB.
    var stored: Data { Data(self) }
}

extension Row {
    /// The bytes of a BLOB; none where the column is NULL.
    func bytes(_ column: String) -> [UInt8] {
        let data: Data? = self[column]
        return data.map { [UInt8]($0) } ?? []
    }

    func bytes(at column: Int) -> [UInt8] {
        let data: Data? = self[column]
        return data.map { [UInt8]($0) } ?? []
    }
}
