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

/// A value of which nobody asks for a part: JSON in one column.
protocol StoredAsJSON: Codable {
    /// Whether it can be worked with; another version, or a hand, may have written it.
    var isSound: Bool { get }
}

extension StoredAsJSON {
    /// Nil where it cannot be read: what it says is then learned anew.
    init?(stored: String?) {
        guard let stored, let value = try? JSONDecoder().decode(Self.self, from: Data(stored.utf8)), value.isSound
        else { return nil }
        self = value
    }

    var stored: String? {
        (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension ResourcePace: StoredAsJSON {}
extension APIHealth: StoredAsJSON {
    var isSound: Bool { true }
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
}
