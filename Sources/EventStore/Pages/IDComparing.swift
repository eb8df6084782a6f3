// The ids of a page of the plain list, compared with the records that are known as listed.

import ChangeFeed

/// What of the listed records a page of the list lacks becomes suspect, and what it holds is listed.
struct IDComparing {
    private let page: IDPage
    private let plausiblyMissing: Int
    private let resource: Int64

    init(_ page: IDPage, plausiblyMissing: Int, of resource: Int64) {
        self.page = page
        self.plausiblyMissing = plausiblyMissing
        self.resource = resource
    }

    func run(in store: any StoreTransaction) throws -> IDComparison {
        guard page.isOrdered else { return IDComparison() }
        var comparison = IDComparison()
        if let first = page.ids.first {
            comparison.rank = try store.count(RecordSelection([.listed], of: resource, below: first))
        }
        let span = RecordSelection(
            [.listed], of: resource, first: page.reachesStart ? nil : page.ids.first,
            last: page.reachesEnd ? nil : page.ids.last)
        let there = try store.count(span)
        guard there <= page.ids.count + plausiblyMissing, !page.ids.isEmpty || page.reachesStart else {
            comparison.missing = max(0, there - page.ids.count)
            return comparison
        }
        if try store.hasFound(in: resource) { try store.write([.forgetFound(page.ids, of: resource)]) }
        try suspect(span, in: store, into: &comparison)
        try store.relist(page.ids, of: resource, into: &comparison)
        return comparison
    }

    /// Listed records of the span that the page lacks are suspects; those that were found by their ids since they were
    /// missing are missing again, and unlisted.
    private func suspect(
        _ span: RecordSelection, in store: any StoreTransaction, into comparison: inout IDComparison
    ) throws {
        if try store.awaitsDismissal(of: resource) { return }
        let listed = Set(page.ids)
        let missing = try store.ids(span, limit: nil, offset: 0).filter { !listed.contains($0) }
        guard !missing.isEmpty else { return }
        let found = try store.hasFound(in: resource) ? store.found(among: missing, in: resource) : []
        comparison.stale = missing.filter(found.contains)
        comparison.missing = missing.count
        let suspects = missing.filter { !found.contains($0) }
        var batch: [StoreOperation] = []
        if !comparison.stale.isEmpty { batch.append(.presence(comparison.stale, of: resource, .unlisted)) }
        if !suspects.isEmpty { batch.append(.presence(suspects, of: resource, .suspect)) }
        try store.write(batch)
    }
}

extension StoreTransaction {
    /// A list holds these.
    func relist(_ ids: [RecordID], of resource: Int64, into comparison: inout IDComparison) throws {
        guard !ids.isEmpty else { return }
        let known = try summaries(of: ids, in: resource)
        var (listed, seen): ([RecordID], Set<RecordID>) = ([], [])
        for id in ids {
            // One that stands in the list twice is listed the second time.
            let presence = seen.insert(id).inserted || known[id] == nil ? known[id]?.presence : .listed
            switch presence {
            case nil, .deleted?:
                comparison.strangers.append(id)
            case .listed?:
                break
            case .suspect?:
                comparison.returned += 1
                listed.append(id)
            case .hidden?, .unlisted?, .dismissed?:
                comparison.returned += 1
                comparison.stale.append(id)
                listed.append(id)
            }
        }
        if !listed.isEmpty { try write([.presence(listed, of: resource, .listed)]) }
    }
}
