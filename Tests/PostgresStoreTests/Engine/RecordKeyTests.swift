import ChangeFeed
import SimulatedWorld
import Testing

@testable import PostgresStore

@Suite("Ids of records as bytes", .timeLimit(.minutes(60)))
struct RecordKeyTests {
    private func id(_ random: inout SeededGenerator) -> RecordID {
        let letters = Array("0123456789-aÄ\u{0}\u{10FFFF}z😀")
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return RecordID(Int64.random(in: Int64.min...Int64.max, using: &random))
        case 1: return RecordID(Int64.random(in: -300...300, using: &random))
        default:
            let text = (0..<Int.random(in: 0..<5, using: &random)).map { _ in letters.randomElement(using: &random)! }
            return RecordID(String(text))
        }
    }

    @Test("have the order of the ids, and are read as what was written", arguments: 0..<20 as Range<UInt64>)
    func order(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let extremes =
            [Int64.min, -1, 0, 1, .max].map { RecordID($0) } + ["", "007", "9223372036854775808"].map { RecordID($0) }
        let ids = extremes + (0..<200).map { _ in id(&random) }
        for one in ids {
            #expect(RecordKey.id(of: RecordKey.bytes(of: one)) == one)
            for other in ids {
                let isBefore = RecordKey.bytes(of: one).lexicographicallyPrecedes(RecordKey.bytes(of: other))
                #expect(isBefore == (one < other), "\(one.text) and \(other.text)")
            }
        }
    }

    @Test("Bytes that no id is written as are none", arguments: [[], [0], [0, 1], [2, 65], [1, 0xFF]] as [[UInt8]])
    func damaged(bytes: [UInt8]) {
        #expect(RecordKey.id(of: bytes) == nil)
    }
}
