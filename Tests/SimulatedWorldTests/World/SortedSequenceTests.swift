// The sorted sequence against a set that is sorted when asked.

import Testing

@testable import SimulatedWorld

@Suite("Sorted sequence")
struct SortedSequenceTests {
    @Test("it holds what a set would, in order", arguments: 1...50)
    func againstASet(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var sequence = SortedSequence<Int64>()
        var model = Set<Int64>()
        for _ in 0..<200 {
            let value = Int64(generator.below(60))
            if generator.chance(0.6) {
                sequence.insert(value)
                model.insert(value)
            } else {
                sequence.remove(value)
                model.remove(value)
            }
            #expect(sequence.contains(value) == model.contains(value), "seed \(seed)")
            #expect(sequence.rank(of: value) == model.filter { $0 < value }.count, "seed \(seed)")
        }
        #expect(sequence.elements == model.sorted(), "seed \(seed)")
    }
}
