// Rows under heads that fit the width of a terminal.

/// Cells of one kind stand under each other; what has no room gives way where the table says it may.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var head: String
        /// The least that it may be cut to; nil: it is never cut.
        package var least: Int?
        package var isNumber: Bool
        /// It is left out where the others have no room beside it.
        package var isSpare: Bool

        package init(_ head: String, least: Int? = nil, isNumber: Bool = false, isSpare: Bool = false) {
            self.head = head
            self.least = least
            self.isNumber = isNumber
            self.isSpare = isSpare
        }
    }

    private static let gap = "  "
    private let columns: [Column]
    private var rows: [[Phrase]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// - Parameter cells: one for each column.
    package mutating func add(_ cells: [Phrase]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Its heads, and a line for each row; trailing space is left out.
    package func lines(on screen: Screen) -> [String] {
        let heads = columns.map { Phrase($0.head, .dim) }
        let widths = fitted(screen.width)
        return ([heads] + rows).map { row in
            let cells = columns.indices.compactMap { index in
                widths[index].map { cell(row[index], width: $0, isNumber: columns[index].isNumber, on: screen) }
            }
            let line = cells.map(\.text).joined(separator: Self.gap)
            // What is painted ends in no space; what pads it does.
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private func cell(_ phrase: Phrase, width: Int, isNumber: Bool, on screen: Screen) -> (text: String, width: Int) {
        let shown = phrase.cut(to: width)
        let padding = String(repeating: " ", count: max(0, width - shown.columns))
        let text = shown.text(on: screen)
        return (isNumber ? padding + text : text + padding, width)
    }

    /// How wide each column is; nil for one that is left out.
    private func fitted(_ room: Int?) -> [Int?] {
        var widths: [Int?] = columns.indices.map { index in
            // What says nothing in any row is not shown at all.
            let widest = rows.map { $0[index].columns }.max() ?? 0
            return rows.isEmpty || widest > 0 ? max(widest, columns[index].head.columns) : nil
        }
        guard let room else { return widths }
        while total(columns.indices.map { index in widths[index].map { least(of: index, $0) } }) > room,
            let spare = columns.indices.last(where: { columns[$0].isSpare && widths[$0] != nil })
        {
            widths[spare] = nil
        }
        while total(widths) > room, let widest = shrinkable(widths).max(by: { (widths[$0] ?? 0) < (widths[$1] ?? 0) }) {
            widths[widest] = (widths[widest] ?? 0) - 1
        }
        return widths
    }

    private func shrinkable(_ widths: [Int?]) -> [Int] {
        columns.indices.filter { index in widths[index].map { $0 > least(of: index, $0) } ?? false }
    }

    private func least(of column: Int, _ width: Int) -> Int { min(width, columns[column].least ?? width) }

    private func total(_ widths: [Int?]) -> Int {
        let shown = widths.compactMap(\.self)
        return shown.reduce(0, +) + max(0, shown.count - 1) * Self.gap.count
    }
}
