// The mark of a file that another store is being moved to: a table, from before the first of its rows until after the last.

import EventStore
import GRDB

enum UnfinishedMove {
    private static let table = "unfinished_move"
    static let drop = "DROP TABLE \(table)"

    /// The store that it is moved from; nil where the file is whole.
    static func source(_ db: Database) throws -> String? {
        guard try db.tableExists(table) else { return nil }
        return try String.fetchOne(db, sql: "SELECT source FROM \(table)") ?? ""
    }

    /// Throws where the file is none to be moved to, and empties it of what a move from the same store has left.
    static func clear(_ pool: DatabasePool, for source: String, path: String) throws {
        guard let begun = try pool.read(Self.source) else {
            let isEmpty = try pool.read { db in
                try Schema.isEmpty(db) || Row.fetchOne(db, sql: "SELECT 1 FROM account") == nil
            }
            guard isEmpty else { throw StoreProblem.isNoTarget(path: path) }
            return
        }
        guard begun == source else { throw StoreProblem.unfinished(path: path, source: begun) }
        try pool.erase()
    }

    static func mark(_ pool: DatabasePool, _ source: String) throws {
        try pool.write { db in
            try db.execute(sql: "CREATE TABLE \(table) (source TEXT NOT NULL)")
            try db.execute(sql: "INSERT INTO \(table) VALUES (?)", arguments: [source])
        }
    }
}

extension StoreProblem {
    static func isNoTarget(path: String) -> StoreProblem {
        StoreProblem("\(path) is a state store already, and nothing is moved into it: name a file that is not there")
    }

    static func unfinished(path: String, source: String) -> StoreProblem {
        StoreProblem(
            "the state store \(path) is not whole: a move from \(source) to it was begun and has not come to its end. Run "
                + "the same `insightly-webhooks migrate` again, which begins anew; or remove the file, with its -wal")
    }
}
