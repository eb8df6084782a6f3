// Sequence numbers seen, as ranges.

import Testing
import WebhookReceiver

@Suite("SequenceRanges")
struct SequenceRangesTests {
    @Test("numbers in any order, repeated or not, give the ranges a set would give")
    func likeASet() {
        for seed in UInt64(1)...200 {
            var bits = seed
            var set: Set<Int> = []
            var ranges = SequenceRanges()
            for _ in 0..<60 {
                bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let number = Int(bits >> 33) % 40
                set.insert(number)
                ranges.insert(number)
            }
            #expect(ranges.ranges.flatMap { Array($0) } == set.sorted(), "seed \(seed)")
            let missing = ((set.min() ?? 0)...(set.max() ?? 0)).filter { !set.contains($0) }
            #expect(ranges.gaps.flatMap { Array($0) } == missing, "seed \(seed)")
            #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
        }
    }
}
