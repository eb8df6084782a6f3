// A page of a plain list as the search for absent records sees it: ids at places.

/// The ids of a page, in the order received.
package struct IDPage: Sendable, Equatable {
    /// Where in the list the page begins.
    package let skip: Int
    /// Records asked for.
    package let top: Int
    package let ids: [RecordID]

    package init(skip: Int, top: Int, ids: [RecordID]) {
        self.skip = skip
        self.top = top
        self.ids = ids
    }

    package var reachesStart: Bool { skip == 0 }
    package var reachesEnd: Bool { ids.count < top }

    /// Whether ranks can be told by this page: its ids are numbers that ascend, as plain lists of the API have been seen
    /// to be ordered, or it is the whole list.
    package var isOrdered: Bool {
        if reachesStart && reachesEnd { return true }
        var last = Int64.min
        for id in ids {
            guard let number = Int64(id.text), number > last else { return false }
            last = number
        }
        return true
    }
}

/// What the known records say of such a page.
package struct IDComparison: Sendable, Equatable {
    /// Records known as listed whose ids are smaller than the page's first, before the page changed anything.
    package var rank: Int
    /// Records known as listed that belong into the page and are not in it; they are suspects from now on.
    package var missing: Int
    /// Records of the page known as something else than listed; they are listed from now on.
    package var returned: Int
    /// Ids of the page that are unknown, or known as deleted: their records have to be fetched.
    package var strangers: [RecordID]
    /// Ids that were hidden or unlisted: what was edited meanwhile moved no stamp that a poll asks for. And those that are
    /// unlisted from now on: they may have gone since they were found.
    package var stale: [RecordID]

    package init(
        rank: Int = 0, missing: Int = 0, returned: Int = 0, strangers: [RecordID] = [], stale: [RecordID] = []
    ) {
        self.rank = rank
        self.missing = missing
        self.returned = returned
        self.strangers = strangers
        self.stale = stale
    }
}
