// Values on their way into a statement, with nothing made of them in between.

import ChangeFeed
import Foundation
import GRDB
import GRDBSQLite

/// Fills the marks of a statement from the first on.
struct RowBinding {
    private let statement: Statement
    private var mark: CInt = 0
    private var fault = SQLITE_OK

    init(_ statement: Statement) {
        self.statement = statement
        // Lets marks be filled past the statement: it takes those that are for its own.
        statement.setUncheckedArguments(StatementArguments())
    }

    mutating func bind(_ number: Int64) { next { sqlite3_bind_int64($0, $1, number) } }

    mutating func bind(_ number: Int) { bind(Int64(number)) }

    mutating func bind(_ moment: Instant) { bind(moment.microsecondsSince1970) }

    mutating func bind(_ id: RecordID) {
        if let number = id.number { bind(number) } else { bind(id.text) }
    }

    mutating func bind(_ text: String) {
        var text = text
        text.withUTF8 { text in
            next { statement, mark in
                text.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(statement, mark, $0.baseAddress, CInt($0.count), Self.copied)
                }
            }
        }
    }

    /// As a BLOB, also where it is empty.
    mutating func bind(bytes: UnsafeRawBufferPointer) {
        next {
            bytes.count == 0
                ? sqlite3_bind_zeroblob($0, $1, 0)
                : sqlite3_bind_blob($0, $1, bytes.baseAddress, CInt(bytes.count), Self.copied)
        }
    }

    mutating func bind(_ value: (any DatabaseValueConvertible)?) {
        let value = value?.databaseValue ?? .null
        next { value.bind(to: $0, at: $1) }
    }

    /// Carries the statement out, once all of its marks are filled.
    func execute() throws {
        precondition(mark == sqlite3_bind_parameter_count(statement.sqliteStatement), "a mark was left out")
        guard fault == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: fault)) }
        try statement.execute()
    }

    private mutating func next(_ bind: (SQLiteStatement, CInt) -> CInt) {
        mark += 1
        let code = bind(statement.sqliteStatement, mark)
        if code != SQLITE_OK { fault = code }
    }

    /// SQLITE_TRANSIENT: the statement makes a copy, which is its own.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
