// What verbs ask of known records.

import ChangeFeed

/// Answers about the known records of one resource. Sets of ids may have any size; what is not known is left out.
package protocol RecordReading {
    func summaries(of ids: [RecordID], in resource: Int64) throws -> [RecordID: KnownSummary]
    /// As last announced, or learned silently; none where it cannot be read.
    func contents(of ids: [RecordID], in resource: Int64) throws -> [RecordID: [UInt8]]
    /// Contents of the first records, in their order, that were read in a page.
    func contentsFromPages(in resource: Int64, limit: Int) throws -> [[UInt8]]
    /// Those whose content cannot be read for want of what it was packed by.
    func unreadable(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID>
    func count(_ selection: RecordSelection) throws -> Int
    /// In their order.
    func ids(_ selection: RecordSelection, limit: Int?, offset: Int) throws -> [RecordID]
    /// Those at these places among them, 0 for the first; in their order.
    func ids(_ selection: RecordSelection, at places: [Int]) throws -> [RecordID]
    /// Whether there are records that lists lacked and that were found all the same.
    func hasFound(in resource: Int64) throws -> Bool
    func found(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID>
}

/// Known records of a resource, by where they stand and what their ids are.
package struct RecordSelection: Sendable, Equatable {
    package var resource: Int64
    /// One at least.
    package var presences: Set<Presence>
    /// Included.
    package var first: RecordID?
    /// Included.
    package var last: RecordID?
    package var below: RecordID?
    /// Not met by the sweep of this number.
    package var missedBySweep: Int?
    /// Whether lists lacked them, and they were found.
    package var isFound = false

    package init(
        _ presences: Set<Presence>, of resource: Int64, first: RecordID? = nil, last: RecordID? = nil,
        below: RecordID? = nil, missedBySweep: Int? = nil, isFound: Bool = false
    ) {
        self.resource = resource
        self.presences = presences
        self.first = first
        self.last = last
        self.below = below
        self.missedBySweep = missedBySweep
        self.isFound = isFound
    }
}

/// What is known of a record from now on, and was before.
package struct RecordWrite: Sendable, Equatable {
    package let id: RecordID
    /// Nil where it was unknown.
    package let before: KnownSummary?
    package var after: KnownSummary
    /// Nil: as it was. An unknown record has one.
    package var content: RawRecord?

    package init(_ id: RecordID, before: KnownSummary?, after: KnownSummary, content: RawRecord?) {
        self.id = id
        self.before = before
        self.after = after
        self.content = content
    }
}
