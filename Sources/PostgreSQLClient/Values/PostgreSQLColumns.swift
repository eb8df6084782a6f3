// Many rows as the parameters of one statement: an array for each column.

/// Rows that are given to `unnest`, column by column, each made of all rows.
///
/// PostgreSQL fills shorter arrays up with NULL, without a word. Here all columns of a batch are as long as its rows.
///
/// ```swift
/// PostgreSQLColumns(records).column { $0.key }.column { $0.version }
/// // … unnest($1::bytea[], $2::int8[])
/// ```
package struct PostgreSQLColumns<Row> {
    private let rows: [Row]
    /// In the order in which they were added.
    package private(set) var parameters: [PostgreSQLValue] = []

    package init(_ rows: [Row]) {
        self.rows = rows
    }

    package consuming func column<Element: PostgreSQLElement>(_ element: (Row) -> Element) -> PostgreSQLColumns {
        column { Optional(element($0)) }
    }

    /// What is nil becomes NULL.
    package consuming func column<Element: PostgreSQLElement>(_ element: (Row) -> Element?) -> PostgreSQLColumns {
        parameters.append(PostgreSQLValue(array: rows.map(element)))
        return self
    }
}
