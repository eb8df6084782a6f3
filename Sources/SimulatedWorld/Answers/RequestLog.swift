// What was asked of the instance, and when: for tests that bound the rate, the quota and the overlap of requests.

import ChangeFeed

/// The newest requests, and sums over all of them.
package struct RequestLog: Sendable {
    package struct Entry: Sendable, Equatable {
        /// 1, 2, 3, … in the order of arrival.
        package let number: Int
        package let arrived: Instant
        package let method: String
        package let path: String
        package let query: [QueryItem]
        /// The object whose list or search is asked for, nil for all other requests.
        package let polled: SimulatedObject?
        package fileprivate(set) var status = 0
        /// Nil while the answer is on its way.
        package fileprivate(set) var finished: Instant?
    }

    /// Enough for a day of the largest plan; beyond twice this the older half is forgotten.
    private static let capacity = 100_000

    package private(set) var entries: [Entry] = []
    /// All requests that ever came, whatever came of them.
    package private(set) var count = 0
    package private(set) var countByStatus: [Int: Int] = [:]
    package private(set) var inFlight = 0
    package private(set) var highestInFlight = 0

    mutating func arrived(_ request: SimulatedRequest, polled: SimulatedObject?, at time: Instant) -> Int {
        count += 1
        inFlight += 1
        highestInFlight = max(highestInFlight, inFlight)
        if entries.count == 2 * Self.capacity { entries.removeFirst(Self.capacity) }
        entries.append(
            Entry(
                number: count, arrived: time, method: request.method, path: request.path, query: request.query,
                polled: polled))
        return count
    }

    mutating func answered(_ number: Int, status: Int) {
        countByStatus[status, default: 0] += 1
        if let index = index(of: number) { entries[index].status = status }
    }

    mutating func finished(_ number: Int, at time: Instant) {
        inFlight -= 1
        if let index = index(of: number) { entries[index].finished = time }
    }

    private func index(of number: Int) -> Int? {
        let index = number - 1 - (count - entries.count)
        return entries.indices.contains(index) ? index : nil
    }
}

extension RequestLog {
    /// The most requests that arrived within any window this long, its end not included.
    package func highestCount(within window: Duration = .seconds(1)) -> Int {
        var highest = 0
        var first = entries.startIndex
        for (index, entry) in entries.enumerated() {
            while entry.arrived - entries[first].arrived >= window { first += 1 }
            highest = max(highest, index - first + 1)
        }
        return highest
    }

    /// Pairs of polls of one object of which the later arrived before the earlier one was answered.
    package var overlappingPolls: [(earlier: Entry, later: Entry)] {
        var found: [(earlier: Entry, later: Entry)] = []
        var open: [SimulatedObject: [Entry]] = [:]
        for entry in entries {
            guard let object = entry.polled else { continue }
            let running = (open[object] ?? []).filter { $0.finished.map { $0 > entry.arrived } ?? true }
            found += running.map { (earlier: $0, later: entry) }
            open[object] = running + [entry]
        }
        return found
    }
}
