// An array kept in order, for sets that are mostly read as ranges and mostly grow at their end.

import ChangeFeed

struct SortedSequence<Element: Comparable & Sendable>: Sendable {
    private(set) var elements: [Element] = []

    var count: Int { elements.count }

    /// How many elements come before this one.
    func rank(of element: Element) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func contains(_ element: Element) -> Bool {
        let rank = rank(of: element)
        return rank < elements.count && elements[rank] == element
    }

    /// Does nothing where the element is there already.
    mutating func insert(_ element: Element) {
        if let last = elements.last, last < element {
            elements.append(element)
            return
        }
        let rank = rank(of: element)
        guard rank == elements.count || elements[rank] != element else { return }
        elements.insert(element, at: rank)
    }

    mutating func remove(_ element: Element) {
        let rank = rank(of: element)
        guard rank < elements.count, elements[rank] == element else { return }
        elements.remove(at: rank)
    }
}

/// A record in the order of its stamps; records of one stamp are in the order of their ids.
struct StampedID: Comparable, Sendable {
    let stamp: Instant
    let id: Int64

    static func < (left: StampedID, right: StampedID) -> Bool {
        left.stamp == right.stamp ? left.id < right.id : left.stamp < right.stamp
    }
}
