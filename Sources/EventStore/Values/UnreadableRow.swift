// What in a store cannot be read, and is done without.

/// Something stored that cannot be read.
package struct UnreadableRow: Error, Hashable, Sendable, CustomStringConvertible {
    let table: String
    /// What the row is called by those who know it.
    let row: String
    let column: String

    /// Something that was asked of the daemon.
    package init(request id: Int64) {
        (table, row, column) = ("request", "number \(id)", "detail")
    }

    package init(_ column: String, of table: String, _ row: String) {
        (self.table, self.row, self.column) = (table, row, column)
    }

    package var description: String {
        "\(column) of the \(table) \(row) in the state store cannot be read: something else has written it, or a newer version"
    }
}
