// Log lines on their way out: as many as there is room for, and a count of the others.

/// Keeps lines in their order until somebody takes them. Where a line finds no room it is dropped, and the next that
/// finds some comes after a notice of how many were.
struct LogBacklog: Sendable {
    /// Bytes of lines that wait, at most.
    let limit: Int
    private var lines: ArraySlice<[UInt8]> = []
    private var bytes = 0
    private(set) var dropped = 0
    /// Whether somebody takes lines at this moment, and so will come to those that are added.
    private var isDrained = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Says whether somebody has to begin taking lines.
    ///
    /// - Parameter notice: the line that says how many were dropped.
    mutating func add(_ line: [UInt8], notice: (Int) -> [UInt8]) -> Bool {
        let before = dropped > 0 ? notice(dropped) : []
        guard bytes + before.count + line.count <= limit else {
            dropped += 1
            return false
        }
        if !before.isEmpty { lines.append(before) }
        lines.append(line)
        bytes += before.count + line.count
        dropped = 0
        defer { isDrained = true }
        return !isDrained
    }

    /// The next line; nil where there is none, and whoever took them has to be called again.
    mutating func next() -> [UInt8]? {
        guard let line = lines.popFirst() else {
            isDrained = false
            return nil
        }
        bytes -= line.count
        return line
    }

    /// A line that was taken could not be written.
    mutating func lost() { dropped += 1 }
}
