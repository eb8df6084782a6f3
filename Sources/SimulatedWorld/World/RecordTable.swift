// The records of one object: as their editors left them, and as requests see them, which may be a little behind.

import ChangeFeed

struct RecordTable: Sendable {
    // As the editors left it.
    private(set) var contents: [Int64: RecordContent] = [:]
    private(set) var living = SortedSequence<Int64>()
    /// The recycle bin, oldest deletion first.
    private(set) var recycled: [Int64] = []
    private(set) var nextID: Int64
    /// From when on the newest change of a record is visible, for those that are late.
    private var visibleFrom: [Int64: Instant] = [:]

    // As requests see it.
    private(set) var published: [Int64: PublishedRecord] = [:]
    private(set) var listed = SortedSequence<Int64>()
    private(set) var listedByStamp = SortedSequence<StampedID>()
    /// Listed leads that were converted; some instances leave them out.
    private(set) var converted = Set<Int64>()

    init(firstID: Int64) {
        nextID = firstID
    }

    mutating func takeID(skipping: Int) -> Int64 {
        nextID += Int64(skipping)
        return nextID
    }

    func isLiving(_ id: Int64) -> Bool { living.contains(id) }

    // MARK: The editors' side

    mutating func store(_ content: RecordContent, isDeleted: Bool) {
        contents[content.id] = content
        if isDeleted {
            living.remove(content.id)
            recycled.append(content.id)
        } else if !living.contains(content.id) {
            recycled.removeAll { $0 == content.id }
            living.insert(content.id)
        }
    }

    /// Changes of one record become visible in their order, as transactions on one row do.
    mutating func visibility(of id: Int64, wished: Instant, at: Instant) -> Instant {
        let earlier = visibleFrom[id] ?? at
        let visible = max(wished, earlier)
        visibleFrom[id] = visible > at ? visible : nil
        return visible
    }

    // MARK: The requests' side

    mutating func publish(_ record: PublishedRecord) {
        let id = record.content.id
        if let before = published[id], before.isListed {
            listedByStamp.remove(StampedID(stamp: before.content.stamp, id: id))
        }
        if record.isListed {
            listed.insert(id)
            listedByStamp.insert(StampedID(stamp: record.content.stamp, id: id))
        } else {
            listed.remove(id)
        }
        if record.isListed && record.content.isConverted { converted.insert(id) } else { converted.remove(id) }
        published[id] = record
    }
}
