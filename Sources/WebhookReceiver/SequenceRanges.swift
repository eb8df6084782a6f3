// Which sequence numbers have been seen, as few ranges as they make.

/// A set of whole numbers that is mostly without gaps.
package struct SequenceRanges: Sendable, Equatable {
    /// Ascending, never touching each other.
    package private(set) var ranges: [ClosedRange<Int>] = []

    package init() {}

    package mutating func insert(_ number: Int) {
        // Numbers mostly arrive in order: the place is nearly always at the end.
        let index = (ranges.lastIndex { $0.lowerBound <= number }).map { $0 + 1 } ?? 0
        if index > 0, ranges[index - 1].upperBound >= number { return }
        let joinsLower = index > 0 && ranges[index - 1].upperBound + 1 == number
        let joinsUpper = index < ranges.count && ranges[index].lowerBound - 1 == number
        switch (joinsLower, joinsUpper) {
        case (true, true):
            ranges[index - 1] = ranges[index - 1].lowerBound...ranges[index].upperBound
            ranges.remove(at: index)
        case (true, false): ranges[index - 1] = ranges[index - 1].lowerBound...number
        case (false, true): ranges[index] = number...ranges[index].upperBound
        case (false, false): ranges.insert(number...number, at: index)
        }
    }

    /// What is missing between the lowest and the highest number.
    package var gaps: [ClosedRange<Int>] {
        zip(ranges, ranges.dropFirst()).map { ($0.upperBound + 1)...($1.lowerBound - 1) }
    }
}
