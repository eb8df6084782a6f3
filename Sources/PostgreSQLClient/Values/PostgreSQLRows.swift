// What a statement answered.

/// Rows as they came, in one piece of memory; values are read out of it by name and type.
package struct PostgreSQLRows: Sendable {
    /// Of those that came back; 0 for a statement that has none to give.
    package let count: Int
    /// How many rows the statement wrote or read; nil where it does not count any.
    package let affected: Int?
    fileprivate let columns: [Column]
    /// All values, row by row.
    fileprivate let bytes: [UInt8]
    /// Where each value ends in `bytes`, which is where the next one begins. NULL has -1 - n for the place n.
    fileprivate let ends: [Int]

    struct Column: Sendable {
        let name: String
        let type: UInt32
    }

    init(count: Int, affected: Int?, columns: [Column], bytes: [UInt8], ends: [Int]) {
        self.count = count
        self.affected = affected
        self.columns = columns
        self.bytes = bytes
        self.ends = ends
    }

    package subscript(index: Int) -> PostgreSQLRow {
        precondition((0..<count).contains(index), "no such row")
        return PostgreSQLRow(rows: self, index: index)
    }

    /// The row of a statement that gives one; nil where there is none.
    package var first: PostgreSQLRow? { count > 0 ? self[0] : nil }
}

extension PostgreSQLRows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
}

/// Without a value, which may be anybody's: what is printed may come into a log.
extension PostgreSQLRows: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(count) rows of \(columns.map(\.name).joined(separator: ", "))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// One row; reading a value fails where the column is of another type, or there is none of that name.
package struct PostgreSQLRow: Sendable {
    fileprivate let rows: PostgreSQLRows
    fileprivate let index: Int

    /// - Throws: for NULL, too.
    package func value<Scalar: PostgreSQLScalar>(
        _ column: String, as type: Scalar.Type = Scalar.self
    ) throws(PostgreSQLColumnProblem) -> Scalar {
        guard let value = try optional(column, as: type) else { throw problem(column, "it is NULL") }
        return value
    }

    /// Nil for NULL.
    package func optional<Scalar: PostgreSQLScalar>(
        _ column: String, as type: Scalar.Type = Scalar.self
    ) throws(PostgreSQLColumnProblem) -> Scalar? {
        guard let bytes = try bytes(column, of: Scalar.readableTypes, asked: Scalar.type) else { return nil }
        guard let value = Scalar(binary: bytes) else { throw problem(column, "it holds no \(Scalar.type.name)") }
        return value
    }

    /// - Throws: where the array itself is NULL, too; what is NULL in it is nil.
    package func array<Element: PostgreSQLElement>(
        _ column: String, of type: Element.Type = Element.self
    ) throws(PostgreSQLColumnProblem) -> [Element?] {
        let asked = Element.arrayType
        guard let bytes = try bytes(column, of: [asked.rawValue], asked: asked) else {
            throw problem(column, "it is NULL")
        }
        guard let elements = BinaryArray.elements(of: bytes, as: type) else {
            throw problem(column, "it holds no \(asked.name) of one dimension")
        }
        return elements
    }

    private func bytes(
        _ name: String, of types: [UInt32], asked: PostgreSQLType
    ) throws(PostgreSQLColumnProblem) -> ArraySlice<UInt8>? {
        guard let column = rows.columns.firstIndex(where: { $0.name == name }) else {
            throw problem(name, "there is none of this name")
        }
        let type = rows.columns[column].type
        guard types.contains(type) else {
            throw problem(name, "it is of type \(PostgreSQLType.name(of: type)), and \(asked.name) was asked for")
        }
        let place = index * rows.columns.count + column
        guard rows.ends[place] >= 0 else { return nil }
        let start = place == 0 ? 0 : Self.position(rows.ends[place - 1])
        return rows.bytes[start..<rows.ends[place]]
    }

    private static func position(_ end: Int) -> Int { end >= 0 ? end : -end - 1 }

    private func problem(_ column: String, _ reason: String) -> PostgreSQLColumnProblem {
        PostgreSQLColumnProblem(column: column, reason: reason)
    }
}

/// A column that does not have what was asked of it: a statement and who reads its answer do not fit together.
package struct PostgreSQLColumnProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package let column: String
    let reason: String

    package var description: String { "column \"\(column)\" of an answer cannot be read: \(reason)" }
}
