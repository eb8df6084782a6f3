// Log lines on their way out: as many as there is room for, and a count of the others.

import ChangeFeed

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

    /// The next line, and those behind it that fit into one write with it; nil where there is none, and whoever took them
    /// has to be called again.
    mutating func next() -> (bytes: [UInt8], lines: Int)? {
        guard var batch = lines.popFirst() else {
            isDrained = false
            return nil
        }
        var count = 1
        while let line = lines.first, batch.count + line.count <= Limits.logBytesWrittenAtOnce {
            batch += line
            lines.removeFirst()
            count += 1
        }
        bytes -= batch.count
        return (batch, count)
    }

    /// Lines that were taken could not be written.
    mutating func lost(_ count: Int) { dropped += count }
}
