// How often a simulated fleet asks the store for something.

import ChangeFeed
import Fleet

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
