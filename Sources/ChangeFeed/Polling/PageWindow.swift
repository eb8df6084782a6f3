// Paging by offset through a list that moves: where the next page begins, and when everything has been read.

/// The position in a result that is read page by page with `skip` and `top`.
///
/// The list moves while it is read. A record that leaves it shifts the rest to the left, and the next offset then steps
/// over one; the falling `X-Total-Count` tells. What counts as read is therefore a beginning of the list that shrinks by
/// as many records as have gone, wherever they stood.
package struct PageWindow: Sendable, Equatable {
    /// So many records at the beginning of the list have certainly been read.
    package private(set) var covered: Int
    package private(set) var total: Int?
    package let pageSize: Int
    /// Records read once more at the beginning of each page while the list shrinks: it may go on shrinking between two
    /// pages, and reading would else never catch up.
    private var margin = 0

    package init(covered: Int = 0, total: Int? = nil, pageSize: Int) {
        self.covered = covered
        self.total = total
        self.pageSize = pageSize
    }

    package enum Position: Sendable, Equatable {
        case more
        case end
    }

    /// Where the next page begins.
    package var skip: Int { max(0, covered - margin) }

    /// Takes a page of `count` records out of a result of `total`, where the API told.
    package mutating func advance(count: Int, total newTotal: Int?) -> Position {
        let readFrom = skip
        let gone = if let total, let newTotal { max(0, total - newTotal) } else { 0 }
        covered = max(0, covered - gone)
        let isConnected = readFrom <= covered
        if isConnected { covered = max(covered, readFrom + count) }
        margin = gone > 0 ? min(pageSize / 2, 2 * gone) : margin / 2
        total = newTotal ?? total
        guard isConnected else { return .more }
        if let newTotal { return covered >= newTotal || count == 0 ? .end : .more }
        return count < pageSize ? .end : .more
    }

    package func items(of target: RequestTarget) -> RequestTarget {
        var paged = target
        paged.query += [
            QueryItem("skip", String(skip)), QueryItem("top", String(pageSize)), QueryItem("count_total", "true"),
        ]
        return paged
    }
}
