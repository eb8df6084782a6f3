// What many lives came to, in numbers.

import ChangeFeed
import Foundation
import WholeLives

/// Sums over the lives that have ended.
struct Totals: Sendable, CustomStringConvertible {
    private(set) var lives = 0
    private(set) var failures = 0
    private var events = 0
    private var deaths = 0
    private var requests = 0
    private var virtualTime = Duration.zero
    private let began = clock()

    mutating func add(_ report: LifeReport) {
        lives += 1
        if !report.failures.isEmpty { failures += 1 }
        events += report.events
        deaths += report.deaths
        requests += report.requests
        virtualTime += report.virtualTime
    }

    var description: String {
        let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
        let each = String(format: "%.3f", seconds / Double(max(1, lives)))
        return "\(lives) seeds, \(failures) failures; \(Int(virtualTime.inSeconds / 3600)) h of virtual time, "
            + "\(events) events, \(deaths) deaths, \(requests) requests; "
            + "\(Int(seconds)) s of CPU, \(each) s a seed"
    }
}
