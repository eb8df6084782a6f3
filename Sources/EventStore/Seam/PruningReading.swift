// What verbs ask about what is old.

import ChangeFeed

/// Answers about what might be let go.
package protocol PruningReading {
    /// Deliveries that were delivered or replayed before then, those first that were first.
    func settledDeliveries(before horizon: Instant, limit: Int) throws -> [SettledDelivery]
    /// Those that no delivery is about.
    func unsent(among events: [Int]) throws -> [Int]
    /// Events that were detected before then and that no delivery is about, the oldest first.
    func unsentEvents(detectedBefore horizon: Instant, limit: Int) throws -> [Int]
    /// Of each resource for which it is kept which records a sweep has met; those that are set aside included.
    func sweepMarks() throws -> [SweepMarks]
    func swept(by sweep: Int, of resource: Int64, limit: Int) throws -> [RecordID]
    /// Resources that were set aside before then and of whose records something is kept.
    func resourcesSetAside(before horizon: Instant) throws -> [Int64]
    /// How much is kept of the records of a resource, counted in rows of the engine, but no further than `limit`.
    func rowsKept(of resource: Int64, limit: Int) throws -> Int
}

package struct SettledDelivery: Sendable, Equatable {
    package let id: Int64
    /// The sequence of its event.
    package let event: Int

    package init(id: Int64, event: Int) {
        self.id = id
        self.event = event
    }
}

/// For which sweeps of a resource it is kept which records they have met.
package struct SweepMarks: Sendable, Equatable {
    package let resource: Int64
    /// Ascending.
    package let marked: [Int]
    /// The number of the last sweep that began.
    package let last: Int
    package let isUnderWay: Bool

    package init(resource: Int64, marked: [Int], last: Int, isUnderWay: Bool) {
        self.resource = resource
        self.marked = marked
        self.last = last
        self.isUnderWay = isUnderWay
    }
}
