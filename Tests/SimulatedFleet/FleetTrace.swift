// What happened to a simulated fleet, line by line.

import ChangeFeed
import Fleet

/// The lines of a life, oldest first, where somebody wants to read them.
struct FleetTrace {
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

/// What the store is asked for, in numbers.
struct RequestRates {
    private(set) var total = 0
    /// The most that one daemon asked for in one second by the clock.
    private(set) var highest = 0
    private var second: Int64 = 0
    private var counts: [DaemonID: Int] = [:]

    mutating func asked(by daemon: DaemonID, at now: Instant) {
        total += 1
        if now.secondsSince1970 != second { (second, counts) = (now.secondsSince1970, [:]) }
        counts[daemon, default: 0] += 1
        highest = max(highest, counts[daemon] ?? 0)
    }
}
