// A page of a sweep: what was met is marked, and what was not is suspect once the sweep has ended.

import ChangeFeed

struct SweepWriting {
    private let page: PageCommit
    private let resource: Int64
    private let ids: [RecordID]
    private let stage: SweepStage

    init(_ page: PageCommit, of resource: KnownResource, _ ids: [RecordID], _ stage: SweepStage) {
        self.page = page
        self.resource = resource.id
        self.ids = ids
        self.stage = stage
    }

    private var sweep: Int { page.progress.presence.sweeps }

    /// - Parameter returned: records of the page that are listed from now on.
    func run(returned: Int, in store: any StoreTransaction) throws -> PresenceFinding {
        try store.write([.swept(ids, of: resource, sweep: sweep)])
        if try store.hasFound(in: resource) { try store.write([.forgetFound(ids, of: resource)]) }
        var comparison = IDComparison(returned: returned)
        // A page that was read whole has been written; of one that was read for its ids, these are all there is.
        if page.records.isEmpty { try store.relist(ids, of: resource, into: &comparison) }
        guard stage != .underWay else { return PresenceFinding(tally: nil, comparison: comparison) }
        if stage == .complete { comparison.missing = try suspectWhatWasNotMet(in: store) }
        var tally = try store.tally(of: resource, batch: 0)
        tally.rechecks = try rechecks(in: store)
        return PresenceFinding(tally: tally, comparison: comparison)
    }

    private func suspectWhatWasNotMet(in store: any StoreTransaction) throws -> Int {
        if try store.awaitsDismissal(of: resource) { return 0 }
        var missed = RecordSelection([.listed], of: resource, missedBySweep: sweep)
        let count = try store.count(missed)
        guard count > 0 else { return 0 }
        var batch: [StoreOperation] = [.move(missed, to: .suspect, limit: nil)]
        missed.isFound = true
        // What was found before is unlisted, and asked for once more with all that are.
        if try store.hasFound(in: resource) { batch.insert(.move(missed, to: .unlisted, limit: nil), at: 0) }
        try store.write(batch)
        return count
    }

    /// Records that no list tells of any more; where they are many, others with every sweep.
    private func rechecks(in store: any StoreTransaction) throws -> [RecordID] {
        let unlisted = RecordSelection([.hidden, .unlisted], of: resource)
        let (all, most) = (try store.count(unlisted), Limits.lookupsAtOnce)
        guard all > 0 else { return [] }
        return try store.ids(unlisted, limit: most, offset: all <= most ? 0 : sweep * most % all)
    }
}
