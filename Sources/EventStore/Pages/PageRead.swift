// What is read of the store before a page is decided about: one question for all of its records each.

import ChangeFeed

/// What is known of the records of a page.
package struct PageRead {
    package var known: [RecordID: KnownSummary] = [:]
    /// Of those that are not as they were.
    package var contents: [RecordID: [UInt8]] = [:]
    /// Those of which a change without a stamp waits already.
    package var unstamped: Set<RecordID> = []
    /// Those that cannot be read for want of what they were packed by.
    package var unreadable: Set<RecordID> = []
    /// Some records as pages show them, where a page has to be compared with a GET.
    package var fromPages: [[UInt8]] = []

    package init() {}

    package init(_ page: PageCommit, of resource: Int64, in store: any StoreReading) throws {
        let ids = page.records.map(\.id)
        known = try store.summaries(of: ids, in: resource)
        var (same, changed): ([RecordID], [RecordID]) = ([], [])
        for seen in page.records {
            guard let known = known[seen.id] else { continue }
            if known.fingerprint == seen.fingerprint { same.append(seen.id) } else { changed.append(seen.id) }
        }
        if !changed.isEmpty { contents = try store.contents(of: changed, in: resource) }
        if !same.isEmpty { unreadable = try store.unreadable(among: same, in: resource) }
        // One that returns is written anew, too.
        let changing = Set(changed).union(unreadable)
        let written = known.filter { $0.value.presence.isOver || changing.contains($0.key) }
        guard !written.isEmpty else { return }
        unstamped = try store.unstamped(among: Array(written.keys), in: resource)
        if written.contains(where: { $0.value.answer != page.sighting.answer }) {
            fromPages = try store.contentsFromPages(in: resource, limit: Limits.recordsAskedForAMember)
        }
    }
}
