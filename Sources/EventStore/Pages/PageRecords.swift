// What becomes of the records of a page, decided from what was known of them.

import ChangeFeed

/// A change that its receivers are told of.
package struct Telling: Sendable {
    package let change: Change
    /// Of the record, with it.
    package let version: Int
    /// The record's state before, where somebody may ask for it.
    package let before: [UInt8]?

    package init(_ change: Change, version: Int, before: [UInt8]? = nil) {
        self.change = change
        self.version = version
        self.before = before
    }
}

/// Decides about the records of one page, one after the other: one that stands in a page twice is another one the second
/// time.
package struct PageRecords {
    private let page: PageCommit
    private let resource: KnownResource
    private let read: PageRead
    /// What is to be written, in the order in which it came up, and where in it each record stands.
    private var states: [RecordWrite] = []
    private var places: [RecordID: Int] = [:]
    private var unstamped: Set<RecordID>
    private var forgotten: Set<RecordID> = []
    private var kept: [RecordID: UnstampedWrite] = [:]
    private var found: [RecordID] = []
    private var told: MembersOfPages
    package private(set) var summary = CommitSummary()
    package private(set) var tellings: [Telling] = []
    /// Records of the page that were known as hidden, unlisted or suspect, and are listed after all.
    package private(set) var returned = 0

    init(_ page: PageCommit, of resource: KnownResource, in store: any StoreReading) throws {
        try self.init(page, of: resource, PageRead(page, of: resource.id, in: store))
    }

    package init(_ page: PageCommit, of resource: KnownResource, _ read: PageRead) {
        self.page = page
        self.resource = resource
        self.read = read
        unstamped = read.unstamped
        told = MembersOfPages(read.fromPages)
        let unknown = page.records.count - read.known.count
        states.reserveCapacity(unknown)
        places.reserveCapacity(unknown)
        // Both are read of the page once, and not copied for each of its records.
        let (detector, sighting) = (page.detector, page.sighting)
        for seen in page.records { take(seen, sighting, by: detector) }
    }

    /// What is to be written of it, but for its events.
    package func writes(at now: Instant) -> [StoreOperation] {
        var writes: [StoreOperation] = []
        if !found.isEmpty { writes.append(.found(found, of: resource.id)) }
        if !forgotten.isEmpty { writes.append(.forgetUnstamped(forgotten.sorted(), of: resource.id)) }
        if !states.isEmpty { writes.append(.records(states, of: resource)) }
        let kept = self.kept.isEmpty ? [] : states.compactMap { self.kept[$0.id] }
        if !kept.isEmpty { writes.append(.keepUnstamped(kept, of: resource, foundAt: now)) }
        return writes
    }

    private func known(_ id: RecordID) -> KnownSummary? { state(of: id)?.after ?? read.known[id] }

    private func state(of id: RecordID) -> RecordWrite? {
        places.isEmpty ? nil : places[id].map { states[$0] }
    }

    private func content(of id: RecordID) -> [UInt8] {
        state(of: id)?.content.map { Array($0.bytes) } ?? read.contents[id] ?? []
    }

    private mutating func take(_ seen: SeenRecord, _ sighting: Sighting, by detector: ChangeDetector) {
        summary.records += 1
        let known = known(seen.id)
        let presence = sighting.presence(after: known?.presence)
        // Nearly all records of nearly all pages.
        if let known, known.fingerprint == seen.fingerprint, known.presence == .listed, presence == .listed,
            read.unreadable.isEmpty
        {
            summary.unchanged += 1
            return
        }
        if presence == .listed, let known, known.presence != .listed, known.presence != .deleted { returned += 1 }
        if sighting.findsSuspects, known?.presence == .suspect { found.append(seen.id) }
        let finding = detector.examine(
            seen, in: sighting.answer, known: known, pagesTell: { told.tell($0) },
            content: { content(of: seen.id) })
        if let known, finding.replacesWhatWasUnreadable(over: known) { summary.relearned.append(seen.id) }
        switch finding {
        case .unchanged: takeUnchanged(seen, over: known, presence)
        case .knownWithoutKey:
            takeUnchanged(seen, over: known, presence)
            write(seen.id) { $0.fingerprint = seen.fingerprint }
        case .seenAgain: takeAgain(seen, over: known, presence)
        case .seenInPage:
            summary.unchanged += 1
            remember(seen, version: known?.version ?? 0, presence)
        case .learnedAnew:
            summary.learned += 1
            remember(seen, version: known?.version ?? 0, presence)
        case .learned:
            summary.learned += 1
            remember(seen, version: 0, presence)
        case .changed(let change):
            if change.kind == .created { summary.created += 1 } else { summary.updated += 1 }
            tell(change, seen, over: known, presence)
        case .unstamped(let change): take(unstamped: change, seen, over: known, presence)
        }
    }
}

// MARK: - What is known from now on

extension PageRecords {
    private mutating func write(_ id: RecordID, content: RawRecord? = nil, _ change: (inout KnownSummary) -> Void) {
        let place: Int
        if let known = places[id] {
            place = known
        } else {
            guard let known = read.known[id] else { return }
            place = append(RecordWrite(id, before: known, after: known, content: nil))
        }
        change(&states[place].after)
        if let content { states[place].content = content }
    }

    @discardableResult
    private mutating func append(_ state: RecordWrite) -> Int {
        places[state.id] = states.count
        states.append(state)
        return states.count - 1
    }

    private mutating func set(_ presence: Presence, of id: RecordID) {
        guard known(id)?.presence != presence else { return }
        write(id) { $0.presence = presence }
    }

    /// What was seen of the record takes the place of all that was known of it.
    private mutating func remember(_ seen: SeenRecord, version: Int, _ presence: Presence) {
        if !unstamped.isEmpty { forgetUnstamped(seen.id) }
        if page.sighting.answer == .page { told.add(seen.record) }
        let after = KnownSummary(
            version: version, fingerprint: seen.fingerprint, presence: presence, answer: page.sighting.answer)
        if known(seen.id) == nil {
            append(RecordWrite(seen.id, before: nil, after: after, content: seen.record))
        } else {
            write(seen.id, content: seen.record) { $0 = after }
        }
    }

    private mutating func forgetUnstamped(_ id: RecordID) {
        guard unstamped.remove(id) != nil else { return }
        kept[id] = nil
        if read.unstamped.contains(id) { forgotten.insert(id) }
    }

    private mutating func tell(_ change: Change, _ seen: SeenRecord, over known: KnownSummary?, _ presence: Presence) {
        let version = (known?.version ?? 0) + 1
        let before = known == nil ? [] : content(of: seen.id)
        remember(seen, version: version, presence)
        tellings.append(Telling(change, version: version, before: before))
    }

    /// Where a dictionary is missing: a record that has not changed is written anew if it needs that one. One whose change
    /// waits for its reading's end is told by that.
    private mutating func takeUnchanged(_ seen: SeenRecord, over known: KnownSummary?, _ presence: Presence) {
        summary.unchanged += 1
        set(presence, of: seen.id)
        guard let known, state(of: seen.id)?.content == nil, read.unreadable.contains(seen.id),
            !unstamped.contains(seen.id)
        else { return }
        summary.relearned.append(seen.id)
        write(seen.id, content: seen.record) {
            $0.answer = known.answer; $0.lastStamp = nil
        }
    }

    /// The bytes are others and nothing is to be told.
    ///
    /// What was asked for by its id may hold what cannot be compared with a page. The next page is, and so is told of:
    /// nothing is known from then on but what was announced.
    private mutating func takeAgain(_ seen: SeenRecord, over known: KnownSummary?, _ presence: Presence) {
        summary.unchanged += 1
        set(presence, of: seen.id)
        forgetUnstamped(seen.id)
        guard page.sighting.answer == known?.answer ?? page.sighting.answer else {
            let announced = Fingerprint(of: content(of: seen.id)[...])
            return write(seen.id) { $0.fingerprint = announced }
        }
        let updatedDate = resource.plan.updatedDate
        write(seen.id) { summary in
            summary.fingerprint = seen.fingerprint
            if let updatedDate { summary.lastStamp = seen.record.instant(of: updatedDate) }
        }
    }

    /// What a page shows waits for the end of its reading. What was asked for by its id waits where a page has shown it
    /// before, and is told else.
    private mutating func take(
        unstamped change: Change, _ seen: SeenRecord, over known: KnownSummary?, _ presence: Presence
    ) {
        if let reading = page.reading {
            summary.unchanged += 1
            set(presence, of: seen.id)
            write(seen.id) { $0.fingerprint = seen.fingerprint }
            let ignored = resource.plan.ignoredFields
            let paths = (change.changes ?? []).map(\.path).filter { path in !ignored.contains { $0.covers(path) } }
            unstamped.insert(seen.id)
            kept[seen.id] = UnstampedWrite(record: seen.record, id: seen.id, reading: reading, paths: paths)
        } else if page.sighting.answer == .byID, unstamped.contains(seen.id) {
            summary.unchanged += 1
            set(presence, of: seen.id)
        } else {
            summary.updated += 1
            tell(change, seen, over: known, presence)
        }
    }
}

extension Finding {
    /// Whether it was made without what was known, for that could not be read.
    fileprivate func replacesWhatWasUnreadable(over known: KnownSummary) -> Bool {
        switch self {
        case .learnedAnew: true
        case .changed(let change): change.changes == nil && known.presence != .deleted
        case .unchanged, .knownWithoutKey, .seenAgain, .seenInPage, .learned, .unstamped: false
        }
    }
}
