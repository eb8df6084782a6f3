// The writer against the standard library's reader.

import Foundation
import Testing

@testable import SimulatedWorld

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("any text comes back as it was, escaped or not", arguments: 1...200)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bounds = [0x20, 0x80, 0x800, 0x3000, 0x10FFFF]
        var text = ""
        for _ in 0..<generator.below(40) {
            let limit = UInt32(generator.element(of: bounds))
            let scalar = Unicode.Scalar(UInt32(generator.below(Int(limit)))) ?? "\u{FFFD}"
            text.unicodeScalars.append(scalar)
        }
        for escapes in [false, true] {
            var writer = JSONWriter(escapesNonASCII: escapes)
            writer.string(text)
            let read = try JSONSerialization.jsonObject(with: Data(writer.bytes), options: .fragmentsAllowed) as? String
            #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars), "seed \(seed)")
        }
    }
}
