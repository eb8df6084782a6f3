// What happened in a life, line by line, for whoever looks for the cause of a failure.

import ChangeFeed

/// The lines of a life, oldest first, where somebody wants to read them.
package struct Trace {
    /// Thousands of lives are lived for one that is read: only then lines are made at all.
    package let isKept: Bool
    package private(set) var lines: [String] = []

    package init(isKept: Bool) {
        self.isKept = isKept
    }

    package mutating func note(_ line: @autoclosure () -> String, at now: Instant) {
        guard isKept else { return }
        lines.append("\(now.iso8601Milliseconds.dropFirst(11)) \(line())")
    }
}
