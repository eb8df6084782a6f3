// Columns of a row, read where they stand.

import ChangeFeed
import GRDB
import GRDBSQLite

/// The row that a statement stands at: valid until it goes on.
struct RowColumns {
    private let statement: SQLiteStatement

    init(of statement: Statement) {
        self.statement = statement.sqliteStatement
    }

    /// Nil where the column holds anything else, of which SQLite would make a number: 0, mostly.
    func number(_ column: CInt) -> Int? {
        guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
        return Int(sqlite3_column_int64(statement, column))
    }

    func recordID(_ column: CInt) -> RecordID? { RecordID(sqliteStatement: statement, index: column) }

    /// Of a BLOB; none where the column is NULL.
    func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }
}
