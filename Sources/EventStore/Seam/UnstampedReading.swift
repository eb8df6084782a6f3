// What verbs ask of changes without a stamp: kept while their reading goes on, and told, or learned, once that is decided.

import ChangeFeed

package protocol UnstampedReading {
    /// Those of the records that have such a change.
    func unstamped(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID>
    func count(_ selection: UnstampedSelection) throws -> Int
    /// Of what is held, or open and found by the reading: how many changed in each path, and whether one of them is held.
    func unstampedPaths(of resource: Int64, foundBy reading: Reading) throws -> [String: (records: Int, isHeld: Bool)]
    /// The paths in which changes are held, in their order as texts.
    func heldPaths(of resource: Int64) throws -> [String]
    /// The latest moment since when changes are in this state; nil where none are, or it is not known.
    func lastUnstamped(_ state: UnstampedState, of resource: Int64) throws -> Instant?
    /// Open changes that a reading found until then, with their paths.
    func openUnstamped(
        of resource: Int64, foundBy reading: Reading, through last: Instant, limit: Int
    ) throws -> [(id: RecordID, paths: Set<String>)]
    /// Records whose changes have been held until then.
    func heldUnstamped(of resource: Int64, through last: Instant, limit: Int) throws -> [RecordID]
    /// What is to be told or learned: what is to be learned first, then by when it was found, and in what order.
    func decidedUnstamped(of resource: Int64, limit: Int) throws -> [DecidedChange]
    /// In the order in which they were decided.
    func verdicts(of resource: Int64) throws -> [UnstampedVerdict]
    /// The readings of which a change has been open since before then.
    func openReadings(of resource: Int64, foundBefore moment: Instant) throws -> [Reading]
    /// Resources that have a change to be told or learned, or a verdict to be carried out.
    func resourcesWithDecisions() throws -> Set<Int64>
    /// Resources that have an open change found before then, or at an unknown moment or one later than now.
    func resourcesWithOverdue(foundBefore moment: Instant, now: Instant) throws -> Set<Int64>
}

/// What becomes of a change without a stamp.
package enum UnstampedState: Sendable, Hashable, CaseIterable {
    /// Until the reading that found it ends.
    case open
    /// Until the operator decides.
    case held
    /// To be told.
    case telling
    /// To be remembered without an event.
    case learning
}

package struct UnstampedSelection: Sendable {
    package var resource: Int64
    package var state: UnstampedState
    /// Nil: by any.
    package var reading: Reading?
    /// Those that are in none but these paths; nil: all.
    package var within: Set<String>?

    package init(
        _ state: UnstampedState, of resource: Int64, foundBy reading: Reading? = nil, within paths: Set<String>? = nil
    ) {
        self.resource = resource
        self.state = state
        self.reading = reading
        within = paths
    }
}

/// A change that is kept until its reading ends. One that is about to be told is told as it is now.
package struct UnstampedWrite: Sendable {
    package let record: RawRecord
    package let id: RecordID
    package let reading: Reading
    package let paths: [String]

    package init(record: RawRecord, id: RecordID, reading: Reading, paths: [String]) {
        self.record = record
        self.id = id
        self.reading = reading
        self.paths = paths
    }
}

/// A change of which it is decided what becomes of it.
package struct DecidedChange: Sendable, Equatable {
    package let id: RecordID
    package let isTold: Bool
    /// None where it cannot be read.
    package let content: [UInt8]

    package init(id: RecordID, isTold: Bool, content: [UInt8]) {
        self.id = id
        self.isTold = isTold
        self.content = content
    }
}

/// What was decided about the changes that a reading found, until it is carried out.
package struct UnstampedVerdict: Sendable, Equatable {
    package let reading: Reading
    /// About those that were found until then.
    package let foundThrough: Instant
    package let decidedAt: Instant
    /// Changes in these paths alone are held; the others are told.
    package let heldPaths: Set<String>

    package init(reading: Reading, foundThrough: Instant, decidedAt: Instant, heldPaths: Set<String>) {
        self.reading = reading
        self.foundThrough = foundThrough
        self.decidedAt = decidedAt
        self.heldPaths = heldPaths
    }

    package func holds(_ paths: Set<String>) -> Bool { !heldPaths.isEmpty && paths.isSubset(of: heldPaths) }
}
