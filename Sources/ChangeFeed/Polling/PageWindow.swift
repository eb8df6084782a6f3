// Paging by offset through a list that moves: where the next page begins, and when everything has been read.

/// The position in a result that is read page by page with `skip` and `top`.
///
/// The list moves while it is read. A record that leaves it shifts the rest to the left, and the next offset then steps
/// over one; one that enters it shifts the rest to the right, and hides that from `X-Total-Count`. Each page therefore
/// begins a little before the end of the last one, and has to begin with one of its records. Then nothing was stepped
/// over, as long as the records that stay keep their order among themselves: those before that one were before it in the
/// last page too, and those after it stand in this page or behind it.
package struct PageWindow: Sendable, Equatable {
    /// A record as it stood in a page.
    package struct Entry: Sendable, Equatable {
        package let id: RecordID
        /// A record that changed meanwhile may have moved, and proves nothing; nil where that is not known.
        package let fingerprint: Fingerprint?

        package init(_ id: RecordID, _ fingerprint: Fingerprint? = nil) {
            self.id = id
            self.fingerprint = fingerprint
        }
    }

    package enum Position: Sendable, Equatable {
        case more
        case end
    }

    /// So many records at the beginning of the list have been read.
    package private(set) var covered: Int
    /// The last record read, by which a later process finds its place again.
    package private(set) var last: RecordID?
    /// False once the list has turned out to be one whose pages never connect. It is then read as it comes, and may have
    /// been read with gaps.
    package private(set) var isConnected = true
    /// The records of the last page that was connected with those before it.
    private var neighbours: [RecordID: Fingerprint?] = [:]
    /// Whether all that is known of the last page is its last record.
    private var isResuming: Bool
    /// How far before the end of the last page the next one begins. More where records leave the list while it is read,
    /// so that not every page is lost.
    private var margin = 1
    /// Pages in a row that did not connect with the last one.
    private var detours = 0
    private var restarts = 0
    /// The ids of the first page, and how many pages in a row since then were that page again, wherever they were asked for.
    private var firstPage: [RecordID] = []
    private var repetitions = 0
    private var hasMoved = false

    /// - Parameters:
    ///   - covered: how many records were read before, by another window.
    ///   - last: the last of them.
    package init(covered: Int = 0, last: RecordID? = nil) {
        self.covered = covered
        self.last = last
        isResuming = last != nil
    }

    /// The API answers every offset with its first page. Once may be chance: so many records may have come before it.
    package var ignoresOffset: Bool { !hasMoved && repetitions >= 2 }

    /// Where the next page begins.
    package var skip: Int { isConnected ? max(0, covered - margin) : covered }

    /// Takes the page that was asked for, of `pageSize` records at most, out of a result of `total`, where the API told.
    package mutating func advance(_ page: [Entry], total: Int?, pageSize: Int) -> Position {
        let readFrom = skip
        guard readFrom == 0 || !isConnected || connects(page) else {
            stepBack(pageSize: pageSize)
            return .more
        }
        // A page that lies within what was read before says nothing of what follows.
        let overlap = covered - readFrom
        let reachesOn = readFrom > 0 && (page.count > overlap || (page.count == overlap && overlap < pageSize))
        // Of a result of one record, the next page is the same one again.
        let repeats = readFrom == 0 && covered == 1 && page.count <= 1
        let bringsSomething = !(reachesOn || repeats) || page.contains { neighbours[$0.id] == nil }
        if readFrom > 0 { detours = 0 }
        compareWithFirst(page, from: readFrom, overlap: overlap)
        margin = readFrom == 0 ? 1 : max(1, margin / 2)
        covered = readFrom + page.count
        guard let lastEntry = page.last else { return .end }
        neighbours = Dictionary(page.map { ($0.id, $0.fingerprint) }, uniquingKeysWith: { $1 })
        last = lastEntry.id
        isResuming = false
        // Another page tells whether it was chance.
        if !hasMoved, repetitions == 1 { return .more }
        guard let total else { return bringsSomething ? .more : .end }
        // A page that is not full ends the list, unless more was promised. What was promised ends nothing: it may be a count
        // of something else, and then of less.
        let isShort = page.count < pageSize
        return covered >= total
            ? (isShort || !bringsSomething ? .end : .more) : (isShort && !bringsSomething ? .end : .more)
    }

    private mutating func compareWithFirst(_ page: [Entry], from readFrom: Int, overlap: Int) {
        let ids = page.map(\.id)
        if readFrom == 0 || firstPage.isEmpty {
            (firstPage, repetitions, hasMoved) = (ids, 0, false)
        } else if ids != firstPage {
            // Also where it brings nothing new: what stood in the first page by chance has come to the end of the list.
            hasMoved = true
        } else if page.count > overlap {
            repetitions += 1
        }
    }

    private func connects(_ page: [Entry]) -> Bool {
        if isResuming { return page.contains { $0.id == last } }
        guard let first = page.first, let known = neighbours[first.id] else { return false }
        guard let known, let fingerprint = first.fingerprint else { return true }
        return known == fingerprint
    }

    /// More records left the list than the margin allowed for, or the one that the last process remembered has gone.
    private mutating func stepBack(pageSize: Int) {
        detours += 1
        if detours <= 2 {
            margin = max(pageSize / 2, 2 * margin)
        } else if restarts < Limits.readingsFromTheStart {
            restarts += 1
            detours = 0
            margin = covered
        } else {
            isConnected = false
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
