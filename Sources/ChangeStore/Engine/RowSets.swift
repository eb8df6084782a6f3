// Statements about sets of rows: one text for sets of any size, so that SQLite prepares each of them once.

import ChangeFeed
import GRDB

enum RowSets {
    /// Rows that one statement inserts: more save nothing any more.
    static let inserted = 32

    /// Of fewer records, each is looked up.
    static let neighboursFrom = 32

    /// What stands behind `IN` for a set that is bound as one argument, the last of its statement. Marks for each key would
    /// take as long to write, prepare and bind as it takes SQLite to find the rows.
    static let keys = "(SELECT value FROM json_each(?))"

    /// `?,?,?`
    static func marks(_ count: Int) -> String { repeatElement("?", count: count).joined(separator: ",") }

    static func array(of keys: some Collection<some RowKey>) -> String {
        var text = JSONText()
        text.reserve(12 * keys.count + 2)
        text.raw("[")
        for (index, key) in keys.enumerated() {
            if index > 0 { text.raw(",") }
            key.write(to: &text)
        }
        text.raw("]")
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

/// What rows are looked up by.
protocol RowKey {
    /// As the JSON value that `json_each` makes the same value of that stands in the column.
    func write(to text: inout JSONText)
}

extension Int: RowKey {
    func write(to text: inout JSONText) { text.raw(String(self)) }
}

extension Int64: RowKey {
    func write(to text: inout JSONText) { text.raw(String(self)) }
}

extension String: RowKey {
    func write(to text: inout JSONText) { text.string(self) }
}

extension RecordID: RowKey {
    func write(to text: inout JSONText) {
        if let number { number.write(to: &text) } else { self.text.write(to: &text) }
    }
}

extension SQLiteTransaction {
    /// Asks for the rows of a set.
    ///
    /// - Parameter sql: with `RowSets.keys` for the keys, behind all other arguments.
    func fetch(
        _ sql: String, _ arguments: StatementArguments = [], keys: [some RowKey], _ take: (Row) throws -> Void
    ) throws {
        guard !keys.isEmpty else { return }
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: sql), arguments: arguments + [RowSets.array(of: keys)])
        while let row = try rows.next() { try take(row) }
    }

    /// Asks for so many rows that each column is read where it stands.
    ///
    /// - Parameter take: whether the next one is wanted, too.
    func read(_ sql: String, _ arguments: StatementArguments, _ take: (RowColumns) throws -> Bool) throws {
        let statement = try db.cachedStatement(sql: sql)
        let (rows, columns) = (try Row.fetchCursor(statement, arguments: arguments), RowColumns(of: statement))
        while try rows.next() != nil, try take(columns) {}
    }

    func execute(_ sql: String, _ arguments: StatementArguments = [], keys: [some RowKey]) throws {
        guard !keys.isEmpty else { return }
        try execute(sql, arguments + [RowSets.array(of: keys)])
    }

    func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Inserts rows, some dozens in each statement.
    ///
    /// - Parameters:
    ///   - head: up to `VALUES`.
    ///   - tail: behind the rows.
    ///   - bind: fills the marks of one row.
    func insert<Element>(
        _ head: String, _ tail: String = "", columns: Int, _ elements: some Collection<Element>,
        binding bind: (Element, inout RowBinding) throws -> Void
    ) throws {
        try execute(elements, columns: columns, bind) { "\(head) VALUES \($0) \(tail)" }
    }

    /// The same by values that are not of one kind.
    func insert<Element>(
        _ head: String, _ tail: String = "", columns: Int, _ elements: some Collection<Element>,
        _ values: (Element) throws -> [(any DatabaseValueConvertible)?]
    ) throws {
        try insert(head, tail, columns: columns, elements) { element, row in
            for value in try values(element) { row.bind(value) }
        }
    }

    /// Changes rows, each in its own way, some dozens in each statement.
    ///
    /// - Parameters:
    ///   - head: the table and what is set, to `new.column2` and so on.
    ///   - condition: which row is meant, by `new.column1`.
    func update<Element>(
        _ head: String, where condition: String, columns: Int, _ elements: [Element],
        _ values: (Element) throws -> [(any DatabaseValueConvertible)?]
    ) throws {
        try execute(elements, columns: columns) { element, row in
            for value in try values(element) { row.bind(value) }
        } _: {
            "UPDATE \(head) FROM (VALUES \($0)) AS new WHERE \(condition)"
        }
    }

    /// - Parameter sql: around so many rows of marks.
    private func execute<Element>(
        _ elements: some Collection<Element>, columns: Int, _ bind: (Element, inout RowBinding) throws -> Void,
        _ sql: (String) -> String
    ) throws {
        let row = "(\(RowSets.marks(columns)))"
        var rest = elements[...]
        var (count, statement) = (0, Statement?.none)
        while !rest.isEmpty {
            let fits = min(RowSets.inserted, 1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount))
            if fits != count { (count, statement) = (fits, nil) }
            let prepared =
                try statement ?? db.cachedStatement(sql: sql(repeatElement(row, count: count).joined(separator: ",")))
            statement = prepared
            var binding = RowBinding(prepared)
            for element in rest.prefix(count) { try bind(element, &binding) }
            try binding.execute()
            rest = rest.dropFirst(count)
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
