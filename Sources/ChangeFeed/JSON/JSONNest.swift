// Where in a JSON text a scanner stands: the arrays and objects that are open around it.

/// The containers around a place. Two scanners at two places with the same nest accept the same bytes from there on.
struct JSONNest {
    private(set) var depth: Int
    /// The innermost is the lowest bit: 1 for an object. Those around the value that is scanned count as arrays.
    private var kinds: UInt128 = 0

    init(depth: Int) {
        self.depth = depth
    }

    var isInObject: Bool { kinds & 1 == 1 }

    var closing: UInt8 { isInObject ? ASCII.closeBrace : ASCII.closeBracket }

    mutating func enter(isObject: Bool) {
        depth &+= 1
        kinds = kinds << 1 | (isObject ? 1 : 0)
    }

    mutating func leave() {
        depth &-= 1
        kinds >>= 1
    }

    /// The containers inside of `outer` in one word, a bit above them all; nil where they are too many for that.
    func word(inside outer: Int) -> UInt32? {
        let inner = depth &- outer
        guard inner < 31 else { return nil }
        return 1 &<< UInt32(truncatingIfNeeded: inner) | UInt32(truncatingIfNeeded: kinds)
    }

    /// - Parameter word: as `word(inside:)` makes it.
    init(word: UInt32, inside outer: Int) {
        let inner = 31 - word.leadingZeroBitCount
        depth = outer + inner
        kinds = UInt128(word ^ 1 << UInt32(inner))
    }
}

/// Is asked by a scanner before each member and element, and may know how the text goes on.
protocol ScanGuide {
    /// A record of a page begins, so many values behind the beginning of the page.
    mutating func begin(at position: Int, values: Int)

    /// A place further on, up to which everything is well-formed; nil: what comes next has to be looked at.
    mutating func place(at position: Int, in nest: JSONNest, values: Int) -> ScanPlace?

    /// A member's name was accepted, quotes included.
    mutating func passedName(from start: Int, to end: Int, in nest: JSONNest)

    /// The record ends.
    mutating func end(at position: Int, values: Int)
}

/// Where a scanner stands before a member or element, or behind the value that it scans.
struct ScanPlace {
    let position: Int
    let nest: JSONNest
    /// Accepted so far.
    let values: Int
}

/// Knows nothing: everything is looked at.
struct ScannedAlone: ScanGuide {
    func begin(at position: Int, values: Int) {}

    func place(at position: Int, in nest: JSONNest, values: Int) -> ScanPlace? { nil }

    func passedName(from start: Int, to end: Int, in nest: JSONNest) {}

    func end(at position: Int, values: Int) {}
}
