// What two records of a page have in common is looked at once: most of their bytes are names, and values that are the same.

/// Leads a scanner through the records of a page, and over what stands in a record just as it stood in the one before.
///
/// What a scanner accepts depends on the containers around its place and on the bytes from there on, and on nothing else.
/// So each place before a member or element is marked; where the record before has a mark with the same containers around
/// it, and the same bytes follow up to another mark of it, then these bytes have been accepted already, and the scanner
/// goes on at that other mark. Where the bytes differ, it looks at them itself.
struct RecordOutline: ScanGuide {
    private struct Mark {
        /// Counted from the record's beginning.
        var start: UInt32
        /// Of the record, accepted before.
        var values: UInt32
        /// The containers around it, those of the page left out; 0 behind the record.
        var nest: UInt32
        /// How many of the record's own members begin before it.
        var members: UInt32 = 0

        var isOfMember: Bool { nest == RecordOutline.ofMembers }
    }

    /// The marks of one record, ascending.
    private struct Marks {
        let all: UnsafeMutablePointer<Mark>
        /// Where the record's own members begin, counted from its beginning.
        let members: UnsafeMutablePointer<UInt32>
        var count = 0
        var memberCount = 0
        /// Of the record, in the page.
        var start = 0

        init(_ space: UnsafeMutableRawPointer) {
            all = space.bindMemory(to: Mark.self, capacity: RecordOutline.mostMarks)
            members = (space + RecordOutline.mostMarks * MemoryLayout<Mark>.stride)
                .bindMemory(to: UInt32.self, capacity: RecordOutline.mostMarks)
        }

        @inline(__always)
        mutating func append(_ mark: Mark) {
            var mark = mark
            mark.members = UInt32(truncatingIfNeeded: memberCount)
            all[count] = mark
            count &+= 1
            members[memberCount] = mark.start
            if mark.isOfMember { memberCount &+= 1 }
        }

        /// Appends marks of another record, which stand so much further behind here.
        @inline(__always)
        mutating func append(_ range: ClosedRange<Int>, of other: Marks, moved: UInt32, counted: UInt32) {
            let (from, to) = (other.all + range.lowerBound, all + count)
            let (first, last) = (Int(from[0].members), other.all[range.upperBound])
            let shift = UInt32(truncatingIfNeeded: memberCount &- first)
            for place in 0..<range.count {
                let mark = from[place]
                to[place] = Mark(
                    start: mark.start &+ moved, values: mark.values &+ counted, nest: mark.nest,
                    members: mark.members &+ shift)
            }
            count &+= range.count
            let (own, theirs) = (members + memberCount, other.members + first)
            let added = Int(last.members) &- first &+ (last.isOfMember ? 1 : 0)
            for place in 0..<added { own[place] = theirs[place] &+ moved }
            memberCount &+= added
        }
    }

    /// Of a record; one with more is looked at without marks. All of them take less than the 128 KiB from which on the C
    /// library has the system clear and map memory anew each time.
    private static let mostMarks = 3072
    private static let spaceOfMarks = mostMarks * (MemoryLayout<Mark>.stride + MemoryLayout<UInt32>.stride)
    /// Around the members of a record: one object.
    private static let ofMembers: UInt32 = 0b11
    /// The page's array is open around each record.
    private static let outer = 1

    private let bytes: UnsafeBufferPointer<UInt8>
    private var before: Marks
    private var marks: Marks
    private var valuesBefore = 0
    /// The mark of the record before that stands where the scanner stands, or the last one that did.
    private var cursor = -1
    private var isAligned = false
    private var isFull = false
    /// How many bytes from the scanner's place on are those of the record before.
    private var common = 0
    /// Whether the record has had the members of the one before so far.
    private var isLike = false
    /// For each name that is noted, which of the members it names, the last one; -1: none.
    private var ordinals: [Int]
    private let names: [String]
    /// For each record and each name, where its member begins in the page; `absent`: nowhere.
    private(set) var noted: [UInt32] = []

    static let absent = UInt32.max
    /// It was not looked for.
    static let unknown = UInt32.max - 1

    /// - Parameter space: `spaceNeeded` bytes, which are used as long as the outline is.
    init(of bytes: UnsafeBufferPointer<UInt8>, noting names: [String], in space: UnsafeMutableRawPointer) {
        self.bytes = bytes
        self.names = names
        ordinals = names.map { _ in -1 }
        marks = Marks(space)
        before = Marks(space + Self.spaceOfMarks)
    }

    static var spaceNeeded: Int { 2 * spaceOfMarks }

    mutating func begin(at position: Int, values: Int) {
        swap(&marks, &before)
        if isFull { before.count = 0 }
        (marks.count, marks.memberCount, marks.start) = (0, 0, position)
        (cursor, isAligned, isFull) = (-1, before.count > 0, false)
        isLike = before.count > 0
        valuesBefore = values
    }

    @inline(__always)
    mutating func place(at position: Int, in nest: JSONNest, values: Int) -> ScanPlace? {
        common = 0
        guard !isFull, let word = nest.word(inside: Self.outer) else { return nil }
        guard marks.count < Self.mostMarks - 1 else {
            isFull = true
            return nil
        }
        align(with: word)
        marks.append(
            Mark(
                start: UInt32(truncatingIfNeeded: position &- marks.start),
                values: UInt32(truncatingIfNeeded: values &- valuesBefore), nest: word))
        guard isAligned else { return nil }
        let from = before.all[cursor]
        common = ByteRun.common(bytes, before.start &+ Int(from.start), position)
        return skip(from, at: position)
    }

    /// Finds the mark of the record before that belongs to a place with these containers around it: the next one, or that
    /// of its next member.
    @inline(__always)
    private mutating func align(with word: UInt32) {
        if isAligned, before.all[cursor + 1].nest == word {
            cursor += 1
            return
        }
        isAligned = false
        guard word == Self.ofMembers else { return }
        var next = cursor + 1
        while next < before.count, before.all[next].nest != word { next += 1 }
        guard next < before.count else { return }
        cursor = next
        isAligned = true
    }

    /// Goes on to the last mark of the record before up to which all bytes are the same.
    @inline(__always)
    private mutating func skip(_ from: Mark, at position: Int) -> ScanPlace? {
        let reach = from.start &+ UInt32(truncatingIfNeeded: common)
        let moved = UInt32(truncatingIfNeeded: position &- marks.start) &- from.start
        let counted = marks.all[marks.count &- 1].values &- from.values
        // The last one stands behind the record.
        let last = min(before.count &- 1, cursor &+ Self.mostMarks &- 1 &- marks.count)
        var at = cursor
        while at < last, before.all[at &+ 1].start < reach { at &+= 1 }
        guard at > cursor else { return nil }
        marks.append(cursor &+ 1...at, of: before, moved: moved, counted: counted)
        let mark = before.all[at]
        cursor = at
        common &-= Int(mark.start &- from.start)
        return ScanPlace(
            position: marks.start &+ Int(mark.start &+ moved),
            nest: mark.nest == 0 ? JSONNest(depth: Self.outer) : JSONNest(word: mark.nest, inside: Self.outer),
            values: valuesBefore &+ Int(mark.values &+ counted))
    }

    @inline(__always)
    mutating func passedName(from start: Int, to end: Int, in nest: JSONNest) {
        guard isLike, nest.depth == Self.outer + 1 else { return }
        isLike = isAligned && common >= end - start
    }

    /// The record that began last ends here.
    mutating func end(at position: Int, values: Int) {
        guard !isFull else {
            for _ in names { noted.append(Self.unknown) }
            return
        }
        if marks.count == 0 || marks.all[marks.count - 1].nest != 0 {
            marks.append(Mark(start: UInt32(position - marks.start), values: UInt32(values - valuesBefore), nest: 0))
        }
        if !isLike || marks.memberCount != before.memberCount { ordinals = names.map(ordinal) }
        for ordinal in ordinals {
            noted.append(ordinal < 0 ? Self.absent : UInt32(marks.start) + marks.members[ordinal])
        }
    }

    private func ordinal(of name: String) -> Int {
        var name = name
        return name.withUTF8 { wanted in
            (0..<marks.memberCount).last { ordinal in
                var walk = JSONWalk(bytes, from: marks.start + Int(marks.members[ordinal]))
                guard let written = walk.nextName() else { return false }
                return RawJSON.isName(UnsafeBufferPointer(rebasing: bytes[written]), wanted)
            } ?? -1
        }
    }
}
