// Finds the records in which a list and the known records differ, by halving: a page in the middle tells on which side.

/// A search through an ascending list for what it no longer holds, or holds unexpectedly.
///
/// The record at a place in the list has a rank among the known ids. Where rank and place differ by as much as at
/// another place, nothing that shows in a count is missing between the two; where they do not, something is. One page
/// thus halves the range for one deletion: of N records in pages of 500 it takes about log2(N/500) + 1 requests, and the
/// same again for a further one.
///
/// The list may move while it is searched. Ranks and places are then off by what moved, and the search may end without
/// having found everything: the next count tells, and a sweep finds what a search cannot.
package struct AbsenceSearch: Sendable, Equatable {
    /// Places `start..<end` of the list that have been compared.
    private struct Stretch: Sendable, Equatable {
        var start: Int
        var end: Int
        /// By how much the rank exceeds the place at the start, and just after the end.
        var before: Int
        var after: Int
    }

    /// In the order of the list; the first and the last stand for its ends.
    private var stretches: [Stretch]
    private let pageSize: Int
    private let pages: Int
    private let total: Int
    package private(set) var requests = 0
    /// The list cannot be searched: it is not in the order of ids, or was not what the last page said it was.
    package private(set) var isBroken = false

    /// - Parameters:
    ///   - listed: records known as listed.
    ///   - total: records that the list holds.
    ///   - pageSize: the most records in one page.
    package init(listed: Int, total: Int, pageSize: Int) {
        self.pageSize = max(Limits.leastSearched, pageSize)
        pages = total / self.pageSize + 1
        self.total = total
        stretches = [
            Stretch(start: 0, end: 0, before: 0, after: 0),
            Stretch(start: total, end: total, before: listed - total, after: listed - total),
        ]
    }

    /// Whether searching is likely to take fewer requests than reading the whole list.
    package static func isWorthwhile(listed: Int, total: Int, pageSize: Int) -> Bool {
        let pages = total / max(Limits.leastSearched, pageSize) + 1
        let differences = max(1, abs(listed - total))
        let pagesEach = (pages + differences - 1) / differences
        let halvings = Int.bitWidth - (pagesEach - 1).leadingZeroBitCount
        return pages <= 4 || differences * (halvings + 2) <= pages
    }

    /// The page to read next; nil when the search is over.
    package var next: (skip: Int, top: Int)? {
        guard !isBroken, requests < 2 * pages + 4, let gap = firstGap else { return nil }
        let (from, to) = (stretches[gap].end, stretches[gap + 1].start)
        if to - from <= pageSize - 2 {
            // One record more on either side: what is missing between two pages shows between their neighbouring records.
            let skip = max(0, min(from - 1, total - Limits.leastSearched))
            return (skip, max(Limits.leastSearched, to + 1 - skip))
        }
        return (from + (to - from - pageSize) / 2, pageSize)
    }

    /// The first two stretches between which ranks and places move apart.
    private var firstGap: Int? {
        stretches.indices.dropLast().first { stretches[$0].after != stretches[$0 + 1].before }
    }

    /// Records that the next page may lack at most; one that lacks more is not the page of an ascending list.
    package var plausiblyMissing: Int {
        guard let gap = firstGap else { return 0 }
        return max(0, stretches[gap + 1].before - stretches[gap].after) + Limits.missingWhileSearching
    }

    /// Takes the page asked for, and what the known records say of it.
    package mutating func absorb(_ page: IDPage, _ comparison: IDComparison) {
        requests += 1
        guard page.isOrdered, comparison.missing <= plausiblyMissing, let gap = firstGap,
            !page.ids.isEmpty || page.reachesStart
        else {
            isBroken = true
            return
        }
        let before = page.reachesStart ? 0 : comparison.rank - page.skip
        let compared = Stretch(
            start: page.skip, end: page.skip + page.ids.count, before: before,
            after: before - comparison.strangers.count)
        // What was found here explains as much of every difference further on.
        let explained = comparison.missing - comparison.returned
        for index in stretches.indices where index > gap {
            stretches[index].before -= explained
            stretches[index].after -= explained
        }
        insert(compared, after: gap, reachesEnd: page.reachesEnd)
    }

    /// Joins the stretch with its neighbours where it overlaps them.
    private mutating func insert(_ compared: Stretch, after gap: Int, reachesEnd: Bool) {
        var joined = compared
        var replaced = (gap + 1)..<(gap + 1)
        let (left, right) = (stretches[gap], stretches[gap + 1])
        if compared.start < left.end || compared.start == 0 {
            joined.start = left.start
            joined.before = left.before
            replaced = gap..<replaced.upperBound
        }
        if reachesEnd {
            replaced = replaced.lowerBound..<stretches.count
        } else if compared.end > right.start {
            joined.end = max(compared.end, right.end)
            joined.after = right.after
            replaced = replaced.lowerBound..<(gap + 2)
        }
        stretches.replaceSubrange(replaced, with: [joined])
    }
}
