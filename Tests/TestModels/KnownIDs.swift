// What the store does with pages of ids, on an array in memory: for millions of records in a test.

import ChangeFeed

/// The known ids of one resource, ascending.
package struct KnownIDs: Sendable {
    package private(set) var listed: [Int64]
    package private(set) var suspects: Set<Int64> = []
    private var swept: Set<Int64> = []

    package init(_ ids: [Int64]) { listed = ids }

    /// How many known ids are smaller.
    private func rank(of id: Int64) -> Int {
        var (low, high) = (0, listed.count)
        while low < high {
            let middle = (low + high) / 2
            if listed[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package mutating func compare(_ page: IDPage, plausiblyMissing: Int) -> IDComparison {
        guard page.isOrdered else { return IDComparison() }
        let ids = page.ids.compactMap { Int64($0.text) }
        var comparison = IDComparison(rank: ids.first.map(rank) ?? 0)
        if ids.isEmpty && !page.reachesStart { return comparison }
        let from = page.reachesStart ? 0 : rank(of: ids[0])
        let to = page.reachesEnd ? listed.count : ids.last.map { rank(of: $0 + 1) } ?? listed.count
        let held = Set(ids)
        let missing = listed[from..<to].filter { !held.contains($0) }
        comparison.missing = missing.count
        guard missing.count <= plausiblyMissing else { return comparison }
        let there = listed[from..<to].filter(held.contains)
        comparison.strangers = held.subtracting(there).sorted().map { RecordID(String($0)) }
        listed.replaceSubrange(from..<to, with: there)
        suspects.formUnion(missing)
        return comparison
    }
}

extension KnownIDs {
    package var tally: PresenceTally {
        let batch = suspects.sorted()
        return PresenceTally(
            listed: listed.count, suspects: batch.count,
            batch: spread(batch, from: 0).map { RecordID(String($0)) })
    }

    /// A record was asked for by its id, and is gone.
    package mutating func delete(_ id: RecordID) { _ = Int64(id.text).map { suspects.remove($0) } }

    /// A page of a sweep; at its end, what the sweep has not met is suspect.
    package mutating func sweep(_ ids: [RecordID], _ stage: SweepStage) {
        swept.formUnion(ids.compactMap { Int64($0.text) })
        guard stage == .complete else { return }
        suspects.formUnion(listed.filter { !swept.contains($0) })
        listed.removeAll { !swept.contains($0) }
        swept = []
    }
}

extension AbsenceSearch {
    /// Searches a list that stays as it is to the end, and says which of its ids are unknown.
    package mutating func run(through list: [Int64], known: inout KnownIDs) -> Set<RecordID> {
        var strangers: Set<RecordID> = []
        while let (skip, top) = next {
            let page = list.dropFirst(skip).prefix(top).map { RecordID(String($0)) }
            let ids = IDPage(skip: skip, top: top, ids: page)
            let comparison = known.compare(ids, plausiblyMissing: plausiblyMissing)
            strangers.formUnion(comparison.strangers)
            absorb(ids, comparison)
        }
        return strangers
    }
}

/// As many as are asked for at once, spread evenly over all; another `from`, others.
package func spread<Element>(_ elements: [Element], from: Int) -> [Element] {
    let wanted = min(elements.count, Limits.suspectsAtOnce)
    let chosen = elements.indices.filter { index in
        let place = index + 1 + from
        return place * wanted / elements.count != (place - 1) * wanted / elements.count
    }
    return chosen.prefix(wanted).map { elements[$0] }
}
