// The numbers under which an endpoint gets its events: `webhook-sequence`.

/// Each number stands for one event, or where events coalesce for one of a record, and none is missing.
struct GivenNumbers {
    private var owners: [Int: String] = [:]
    private var numbers: [Int: Int] = [:]
    /// As long as each event that is admitted gets the next number; nil where others get some too.
    private var expected: [Int: Int]? = [:]
    private var count = 0

    mutating func expectNext(of sequence: Int) {
        count += 1
        expected?[sequence] = count
    }

    /// Who gets which number depends on more than the log from now on.
    mutating func cannotBeCounted() { expected = nil }

    /// - Parameters:
    ///   - owner: what this number may stand for.
    ///   - mayBeAnother: whether the event was passed over, and is a delivery of its own only now.
    mutating func judge(_ number: Int, of sequence: Int, owner: String, mayBeAnother: Bool) -> [String] {
        guard number > 0 else { return ["#\(sequence) was sent without a number"] }
        if let before = owners.updateValue(owner, forKey: number), before != owner {
            return ["the number \(number) stands for \(before) and for \(owner)"]
        }
        if let before = numbers.updateValue(number, forKey: sequence), before != number, !mayBeAnother {
            return ["#\(sequence) was sent as number \(before), and as number \(number)"]
        }
        if let wanted = expected?[sequence], wanted != number {
            return ["#\(sequence) was sent as number \(number), and is number \(wanted) of its endpoint"]
        }
        return []
    }

    /// - Parameter unsent: how many events may have got a number and were given up before they were sent.
    func gaps(unsent: Int) -> [String] {
        guard let last = owners.keys.max() else { return [] }
        let missing = (1...last).filter { owners[$0] == nil }
        return missing.count > unsent ? ["the number \(missing[0]) was never sent"] : []
    }
}
