// How the core's values stand in columns.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import GRDBSQLite
import StoredForms

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

extension RecordID: StatementColumnConvertible {
    package init?(sqliteStatement: SQLiteStatement, index: CInt) {
        if sqlite3_column_type(sqliteStatement, index) == SQLITE_INTEGER {
            self.init(sqlite3_column_int64(sqliteStatement, index))
        } else {
            self.init(String(sqliteStatement: sqliteStatement, index: index))
        }
    }
}
extension RecordID: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { number?.databaseValue ?? text.databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> RecordID? {
        switch value.storage {
        case .int64(let number): RecordID(number)
        case .string(let text): RecordID(text)
        default: nil
        }
    }
}

extension Collection where Element == UInt8 {
    /// As a BLOB.
    var stored: Data { Data(self) }
}

/// A BLOB as it is read.
private struct StoredBytes: DatabaseValueConvertible, StatementColumnConvertible {
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init?(sqliteStatement: SQLiteStatement, index: CInt) {
        let start = sqlite3_column_blob(sqliteStatement, index)
        let count = Int(sqlite3_column_bytes(sqliteStatement, index))
        bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    var databaseValue: DatabaseValue { bytes.stored.databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> StoredBytes? {
        Data.fromDatabaseValue(value).map { StoredBytes(bytes: [UInt8]($0)) }
    }
}

extension Row {
    /// The bytes of a BLOB; none where the column is NULL.
    func bytes(_ column: String) -> [UInt8] {
        let stored: StoredBytes? = self[column]
        return stored?.bytes ?? []
    }

    func bytes(at column: Int) -> [UInt8] {
        let stored: StoredBytes? = self[column]
        return stored?.bytes ?? []
    }
}

extension DeliveryState {
    /// Of a row with a column `state`.
    package init(of row: Row, delivery id: Int64) throws {
        guard let state = DeliveryState(stored: row["state"]) else {
            throw UnreadableRow("state", of: "delivery", "\(id)")
        }
        self = state
    }
}
