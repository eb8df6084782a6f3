// The part of a page's transaction that concerns presence: what was counted, compared, swept, or asked for by its id.

import ChangeFeed

/// Carries the page's presence step out, once its records are written, and marks what was seen while a sweep is under way.
struct PresenceStepWriting {
    let page: PageCommit
    let resource: KnownResource
    /// Records of the page that are listed after all.
    let returned: Int
    let announcing: Announcing

    init(_ page: PageCommit, of resource: KnownResource, returned: Int, announcing: Announcing) {
        self.page = page
        self.resource = resource
        self.returned = returned
        self.announcing = announcing
    }

    private var id: Int64 { resource.id }

    func run(in store: any StoreTransaction, into summary: inout CommitSummary) throws {
        if case .sweep(let ids, let stage)? = page.presence {
            let sweep = SweepWriting(page, of: resource, ids, stage)
            summary.presence = try sweep.run(returned: returned + summary.created, in: store)
        } else if page.progress.presence.walk != nil {
            try store.write([.swept(page.records.map(\.id), of: id, sweep: page.progress.presence.sweeps)])
        }
        switch page.presence {
        case .count(_, _, let batch):
            var tally = try store.tally(of: id, batch: batch)
            tally.rechecks = try newlyUnlisted(in: store)
            summary.presence = PresenceFinding(tally: tally)
        case .compare(let ids, let plausiblyMissing):
            let progress = page.progress.presence
            if progress.walk != nil { try store.write([.swept(ids.ids, of: id, sweep: progress.sweeps)]) }
            let comparison = try IDComparing(ids, plausiblyMissing: plausiblyMissing, of: id).run(in: store)
            summary.presence = PresenceFinding(tally: try store.tally(of: id, batch: 0), comparison: comparison)
        case .lookup(let record, let verdict, let refill):
            if verdict == .gone, try delete(record, in: store) { summary.deleted += 1 }
            if verdict == .hidden { try hide(record, in: store) }
            summary.presence = PresenceFinding(tally: try refill.map { try store.tally(of: id, batch: $0) })
        case .sample(let record, let verdict):
            if verdict == .hidden { try hide(record, in: store) }
            summary.presence = PresenceFinding(tally: try store.tally(of: id, batch: 0))
        case .recheck(let record, let verdict):
            try recheck(record, verdict, in: store)
            summary.presence = PresenceFinding(tally: verdict == .gone ? try store.tally(of: id, batch: 0) : nil)
        case .control(_, let verdict):
            var finding = PresenceFinding()
            if case .present(let seen) = verdict { finding.onlyByID = try found(seen, in: store) }
            summary.presence = finding
        case .stranger:
            summary.presence = PresenceFinding()
        case .sweep, nil:
            break
        }
    }

    /// Records that lists have come to lack a second time, and that are to be asked for once more: a part of them, where
    /// they are many. The others that were found were asked for meanwhile for another reason, or dismissed.
    private func newlyUnlisted(in store: any StoreTransaction) throws -> [RecordID] {
        guard try store.hasFound(in: id) else { return [] }
        try store.write([.keepFound([.listed, .unlisted], of: id)])
        return try store.ids(
            RecordSelection([.unlisted], of: id, isFound: true), limit: Limits.lookupsAtOnce, offset: 0)
    }
}

// MARK: - Single records

extension PresenceStepWriting {
    /// The record is gone for good: its last known state is told once more.
    ///
    /// - Returns: whether anybody is told.
    private func delete(_ record: RecordID, in store: any StoreTransaction) throws -> Bool {
        guard let known = try store.summary(of: record, in: id), !known.presence.isOver else { return false }
        // What was damaged in the store cannot be told; that the record is gone can.
        let content = try store.contents(of: [record], in: id)[record] ?? []
        let last = try (try? RawRecord.read(content)) ?? RawRecord.read(Array("{}".utf8))
        var after = known
        (after.presence, after.version) = (.deleted, known.version + 1)
        let change = Change(kind: .deleted, recordID: record, record: last, changedAt: nil)
        let told = try announcing.operations(for: [Telling(change, version: after.version)], in: store)
        try store.write(
            [
                .records([RecordWrite(record, before: known, after: after, content: nil)], of: resource),
                .forgetUnstamped([record], of: id),
            ] + told)
        return true
    }

    /// A record was found by its id that the list has just shown.
    ///
    /// - Returns: the members that the GET tells and the page of the same moment did not; nil: there was no such page.
    private func found(_ seen: SeenRecord, in store: any StoreTransaction) throws -> [String]? {
        guard let known = try store.summary(of: seen.id, in: id), known.presence != .deleted else { return nil }
        let presence = page.sighting.presence(after: known.presence)
        if presence != known.presence { try store.write([.presence([seen.id], of: id, presence)]) }
        guard known.answer == .page,
            let told = try? RawRecord.read(try store.contents(of: [seen.id], in: id)[seen.id] ?? []),
            page.plan.haveSameStamp(told, seen.record)
        else { return nil }
        return TwoAnswers(page: told, byID: seen.record).toldByIDAlone
    }

    /// Only what no list tells of: a list that holds a record is believed before a GET.
    private func recheck(_ record: RecordID, _ verdict: LookupVerdict, in store: any StoreTransaction) throws {
        try store.write([.forgetFound([record], of: id)])
        guard let presence = try store.summary(of: record, in: id)?.presence,
            [.hidden, .unlisted].contains(presence)
        else { return }
        if verdict == .gone, try !store.awaitsDismissal(of: id) {
            try store.write([.presence([record], of: id, .suspect)])
        }
        if verdict == .hidden { try store.write([.presence([record], of: id, .hidden)]) }
    }

    private func hide(_ record: RecordID, in store: any StoreTransaction) throws {
        guard let known = try store.summary(of: record, in: id), !known.presence.isOver else { return }
        try store.write([.presence([record], of: id, .hidden)])
    }
}

extension RecordReading {
    func summary(of id: RecordID, in resource: Int64) throws -> KnownSummary? {
        try summaries(of: [id], in: resource)[id]
    }
}
