// Statements about sets of rows: few texts for sets of any size, so that SQLite prepares each of them once.

import ChangeFeed
import GRDB

enum RowSets {
    /// A page, and the next power of two.
    static let most = 512
    /// Rows that one statement inserts: more save nothing any more.
    static let inserted = 32

    /// `?,?,?`
    static func marks(_ count: Int) -> String { repeatElement("?", count: count).joined(separator: ",") }

    /// Parts of a set, each as large as a power of two: the last of a part fills it up.
    static func parts<Key>(_ keys: [Key]) -> [[Key]] {
        stride(from: 0, to: keys.count, by: most).map { start in
            var part = Array(keys[start..<min(start + most, keys.count)])
            while part.count.nonzeroBitCount > 1 { part.append(part[part.count - 1]) }
            return part
        }
    }
}

extension SQLiteTransaction {
    /// Asks the same of each part of a set.
    ///
    /// - Parameter sql: with the marks of the part in place of `$keys`.
    func fetch<Key: DatabaseValueConvertible>(
        _ sql: String, _ arguments: StatementArguments = [], keys: [Key], _ take: (Row) throws -> Void
    ) throws {
        for part in RowSets.parts(keys) {
            let text = sql.replacingKeys(by: part.count)
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: text), arguments: arguments + StatementArguments(part))
            while let row = try rows.next() { try take(row) }
        }
    }

    func execute<Key: DatabaseValueConvertible>(
        _ sql: String, _ arguments: StatementArguments = [], keys: [Key]
    ) throws {
        for part in RowSets.parts(keys) {
            try db.cachedStatement(sql: sql.replacingKeys(by: part.count))
                .execute(arguments: arguments + StatementArguments(part))
        }
    }

    func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Inserts rows, some dozens in each statement.
    ///
    /// - Parameters:
    ///   - head: up to `VALUES`.
    ///   - tail: behind the rows.
    func insert<Element>(
        _ head: String, _ tail: String = "", columns: Int, _ elements: [Element],
        _ values: (Element) throws -> [(any DatabaseValueConvertible)?]
    ) throws {
        let row = "(\(RowSets.marks(columns)))"
        var start = 0
        while start < elements.count {
            var count = RowSets.inserted
            while start + count > elements.count { count /= 2 }
            let text = "\(head) VALUES \(repeatElement(row, count: count).joined(separator: ",")) \(tail)"
            var arguments: [(any DatabaseValueConvertible)?] = []
            arguments.reserveCapacity(count * columns)
            for element in elements[start..<(start + count)] { arguments += try values(element) }
            try db.cachedStatement(sql: text).execute(arguments: StatementArguments(arguments))
            start += count
        }
    }

    func fetchIDs(_ sql: String, _ arguments: StatementArguments) throws -> [RecordID] {
        try RecordID.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    }

    func exists(_ sql: String, _ arguments: StatementArguments = []) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (\(sql))"), arguments: arguments) ?? false
    }

    func number(_ sql: String, _ arguments: StatementArguments = []) throws -> Int? {
        try Int?.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) ?? nil
    }
}

extension String {
    fileprivate func replacingKeys(by count: Int) -> String {
        split(separator: "$keys", omittingEmptySubsequences: false).joined(separator: RowSets.marks(count))
    }
}
