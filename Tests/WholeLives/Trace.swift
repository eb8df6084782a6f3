// What happened in a life, line by line, for whoever looks for the cause of a failure.

import ChangeFeed

/// The lines of a life, oldest first, where somebody wants to read them.
struct Trace {
    /// Thousands of lives are lived for one that is read: only then lines are made at all.
    let isKept: Bool
    private(set) var lines: [String] = []

    init(isKept: Bool) {
        self.isKept = isKept
    }

    mutating func note(_ line: @autoclosure () -> String, at now: Instant) {
        guard isKept else { return }
        lines.append("\(now.iso8601Milliseconds.dropFirst(11)) \(line())")
    }
}
