// A whole Insightly instance as a value: no clock, no network, no randomness but its seed. A copy lives on by itself.

import ChangeFeed

/// The simulated instance: its records, its editor, and its answers to requests.
///
/// Times are given with every call and must not run backwards. Two instances made and called alike are alike to the
/// last byte.
package struct SimulatedInstance: Sendable {
    package let seed: UInt64
    /// The one key that requests may present.
    package let apiKey: String
    /// May be changed at any time; counts for what happens from then on.
    package var quirks: Quirks
    package var faults: Faults
    package var editMix: EditMix
    /// Whether every state of every record is kept for `history(of:_:)` and `commits`.
    package let keepsHistory: Bool
    /// All changes in their order, the founding of the first records included; empty without history.
    package private(set) var commits: [Commit] = []
    package var requests = RequestLog()

    var tables = RecordTables()
    var nextMemberID: Int64 = 51_000_001
    var limiter = RequestLimiter()
    /// Changes that requests do not see yet, in the order they will be seen.
    private var pending: [Publication] = []
    private var commitCount = 0
    private var positions: [RecordKey: [Int]] = [:]

    var founding: SeededGenerator
    var editing: SeededGenerator
    var misfortune: SeededGenerator
    var ordering: SeededGenerator
    private var lateness: SeededGenerator

    package init(
        seed: UInt64, population: Population = .small, quirks: Quirks = Quirks(), faults: Faults = .none,
        editMix: EditMix = .everything, apiKey: String = "00000000-0000-4000-8000-000000000000",
        keepsHistory: Bool = true, startingAt start: Instant
    ) {
        self.seed = seed
        self.apiKey = apiKey
        self.quirks = quirks
        self.faults = faults
        self.editMix = editMix
        self.keepsHistory = keepsHistory
        founding = SeededGenerator(seed: seed, purpose: 1)
        editing = SeededGenerator(seed: seed, purpose: 2)
        misfortune = SeededGenerator(seed: seed, purpose: 3)
        ordering = SeededGenerator(seed: seed, purpose: 4)
        lateness = SeededGenerator(seed: seed, purpose: 5)
        populate(population, before: start)
    }

    private struct Publication: Sendable {
        let visible: Instant
        let record: PublishedRecord
    }

    private struct RecordKey: Hashable, Sendable {
        let object: SimulatedObject
        let id: Int64
    }
}

// MARK: What tests ask

extension SimulatedInstance {
    /// The records that live, whether or not requests see them yet, in ascending order.
    package func ids(of object: SimulatedObject) -> [Int64] { tables[object].living.elements }

    /// The ids in the recycle bin, oldest deletion first.
    package func recycledIDs(of object: SimulatedObject) -> [Int64] { tables[object].recycled }

    /// What the record says now, or said before it was deleted.
    package func record(_ object: SimulatedObject, _ id: Int64) -> RecordContent? { tables[object].contents[id] }

    /// Every state the record had, oldest first; empty without history.
    package func history(of object: SimulatedObject, _ id: Int64) -> [Commit] {
        (positions[RecordKey(object: object, id: id)] ?? []).map { commits[$0] }
    }

    /// What lists and searches find of an object at a time: the listed records in ascending id, as they are shown.
    package mutating func visibleRecords(of object: SimulatedObject, at time: Instant) -> [RecordDocument] {
        publish(until: time)
        let table = tables[object]
        return listedIDs(in: table).compactMap { table.published[$0]?.document }
    }

    /// How many changes requests do not see yet.
    package var pendingCount: Int { pending.count }
}

// MARK: Committing and becoming visible

extension SimulatedInstance {
    /// The server's clock at a time, as finely as it stores stamps.
    func stored(_ time: Instant) -> Instant {
        let server = time + quirks.clockOffset
        guard quirks.stampPrecision == .milliseconds else { return server.wholeSecond }
        let fraction = server - server.wholeSecond
        return server.wholeSecond + .milliseconds(Int(fraction.microseconds / 1000))
    }

    /// Makes the record as it stands the newest state of itself.
    @discardableResult
    mutating func commit(
        _ record: RecordContent, kind: CommitKind, at: Instant, isStamped: Bool = true, late: Bool = true,
        summary: String
    ) -> Commit {
        tables[record.object].store(record, isDeleted: kind == .deleted)
        var wished = at
        if late, lateness.chance(quirks.lateVisibility.share) {
            wished = at + lateness.duration(upTo: quirks.lateVisibility.atMost)
        }
        let visible = tables[record.object].visibility(of: record.id, wished: wished, at: at)
        let document = RecordDocument(record, display: quirks.display)
        let published = PublishedRecord(content: record, document: document, isDeleted: kind == .deleted)
        commitCount += 1
        let commit = Commit(
            number: commitCount, kind: kind, object: record.object, id: RecordID(record.id), at: at,
            visible: visible, stamp: record.stamp, isStamped: isStamped, document: document, summary: summary)
        if keepsHistory {
            positions[RecordKey(object: record.object, id: record.id), default: []].append(commits.count)
            commits.append(commit)
        }
        if visible <= at {
            // What was late until now comes first, else an older state would cover this one.
            publish(until: at)
            tables[record.object].publish(published)
        } else {
            let place = pending.firstIndex { $0.visible > visible } ?? pending.count
            pending.insert(Publication(visible: visible, record: published), at: place)
        }
        return commit
    }

    /// Lets requests see everything that has become visible by now.
    mutating func publish(until time: Instant) {
        let due = pending.prefix { $0.visible <= time }
        guard !due.isEmpty else { return }
        for publication in due { tables[publication.record.content.object].publish(publication.record) }
        pending.removeFirst(due.count)
    }
}
