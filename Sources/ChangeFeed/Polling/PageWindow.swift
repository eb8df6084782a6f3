// Paging by offset through a list that moves: where the next page begins, and when everything has been read.

/// The position in a result that is read page by page with `skip` and `top`.
///
/// The list moves while it is read. A record that leaves it shifts the rest to the left, and the next offset then steps
/// over one; one that enters it shifts the rest to the right, and hides that from `X-Total-Count`. Each page therefore
/// begins a little before the end of the last one, and has to begin with one of its records. Then nothing was stepped
/// over, as long as the records that stay keep their order among themselves: those before that one were before it in the
/// last page too, and those after it stand in this page or behind it.
package struct PageWindow: Sendable, Equatable {
    /// So many records at the beginning of the list have been read.
    package private(set) var covered: Int
    /// The last record read, by which a later process finds its place again.
    package private(set) var last: RecordID?
    /// The records of the last page that was connected with those before it.
    private var neighbours: Set<RecordID>
    /// How far before the end of the last page the next one begins. More where records leave the list while it is read,
    /// so that not every page is lost.
    private var margin = 1
    private var furthest: Int
    /// Pages in a row that had nothing in common with the last one.
    private var detours = 0
    /// False once the list has turned out to be one whose pages never connect, and is read as it comes.
    private var isChecking = true

    package enum Position: Sendable, Equatable {
        case more
        case end
    }

    /// - Parameters:
    ///   - covered: how many records were read before, by another window.
    ///   - last: the last of them.
    package init(covered: Int = 0, last: RecordID? = nil) {
        self.covered = covered
        self.last = last
        furthest = covered
        neighbours = last.map { [$0] } ?? []
    }

    /// Where the next page begins.
    package var skip: Int { isChecking ? max(0, covered - margin) : covered }

    /// Takes the page that was asked for, of `pageSize` records at most, out of a result of `total`, where the API told.
    package mutating func advance(_ ids: [RecordID], total: Int?, pageSize: Int) -> Position {
        let readFrom = skip
        guard readFrom == 0 || !isChecking || ids.first.map(neighbours.contains) == true else {
            stepBack(pageSize: pageSize)
            return .more
        }
        let bringsSomething = !ids.allSatisfy(neighbours.contains)
        covered = readFrom + ids.count
        if !ids.isEmpty {
            neighbours = Set(ids)
            last = ids.last
        }
        margin = max(1, margin / 2)
        if covered > furthest {
            furthest = covered
            detours = 0
        }
        if ids.isEmpty { return .end }
        guard let total else { return ids.count < pageSize || !bringsSomething ? .end : .more }
        return covered >= total || (ids.count < pageSize && !bringsSomething) ? .end : .more
    }

    /// More records left the list than the margin allowed for, or the one that the last process remembered has gone.
    private mutating func stepBack(pageSize: Int) {
        detours += 1
        switch detours {
        case 1, 2, 4, 5: margin = max(pageSize / 2, 2 * margin)
        case 3: margin = covered
        default:
            isChecking = false
            covered = furthest
        }
    }

    /// The request for the next page.
    package func items(of target: RequestTarget, pageSize: Int) -> RequestTarget {
        var paged = target
        paged.query += [
            QueryItem("skip", String(skip)), QueryItem("top", String(pageSize)), QueryItem("count_total", "true"),
        ]
        return paged
    }
}
