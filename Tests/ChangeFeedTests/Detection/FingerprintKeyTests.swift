// Fingerprints by a key: the sums are those of the definition, and every byte counts.

import Crypto
import Testing

@testable import ChangeFeed

@Suite("Fingerprints by a key")
struct FingerprintKeyTests {
    private let seed = Array("a seed of thirty-two bytes, no more".utf8.prefix(32))
    private var key: FingerprintKey { FingerprintKey(seed: seed) }

    /// The definition once more, word by word and without a thought for speed.
    private func defined(_ content: [UInt8]) -> [UInt8] {
        func littleEndian(_ bytes: some Sequence<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        func bytes(_ value: UInt128, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let words = (0..<65).flatMap { part in
            let digest = Array(SHA256.hash(data: seed + bytes(UInt128(part), 8)))
            return (0..<4).map { littleEndian(digest[8 * $0..<8 * $0 + 8]) }
        }
        var input = bytes(UInt128(content.count), 8)
        for start in stride(from: 0, to: content.count, by: 2048) {
            var block = Array(content[start..<min(start + 2048, content.count)])
            while block.count % 16 != 0 { block.append(0) }
            for shift in [0, 2] {
                let sum = stride(from: 0, to: block.count / 8, by: 2).reduce(UInt128(0)) { sum, word in
                    let left = littleEndian(block[8 * word..<8 * word + 8]) &+ words[word + shift]
                    let right = littleEndian(block[8 * word + 8..<8 * word + 16]) &+ words[word + 1 + shift]
                    return sum &+ UInt128(left) * UInt128(right)
                }
                input += bytes(sum, 16)
            }
        }
        return Array(SHA256.hash(data: input).prefix(16))
    }

    @Test("They are what the definition says", arguments: [0, 1, 7, 8, 15, 16, 17, 31, 1829, 2047, 2048, 2049, 5000])
    func definition(count: Int) {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        #expect(key.fingerprint(of: content[...]).bytes == defined(content))
        #expect(key.fingerprint(of: ([1, 2, 3] + content + [4])[3..<3 + count]).bytes == defined(content))
    }

    @Test("Every byte counts, and so do zeros at the end")
    func everyByte() {
        let content = Array(SampleRecords.contact().utf8) + Array(SampleRecords.contact(id: 2).utf8)
        var seen = Set([key.fingerprint(of: content[...])])
        for position in content.indices {
            var other = content
            other[position] ^= 1
            #expect(seen.insert(key.fingerprint(of: other[...])).inserted, "byte \(position)")
        }
        for zeros in 1...40 {
            #expect(seen.insert(key.fingerprint(of: (content + Array(repeating: 0, count: zeros))[...])).inserted)
        }
    }

    @Test("Another key is another fingerprint, and none is that of SHA-256")
    func keys() {
        let content = Array("{}".utf8)[...]
        #expect(key.fingerprint(of: content) != FingerprintKey(seed: [1] + seed.dropFirst()).fingerprint(of: content))
        #expect(key.fingerprint(of: content) != Fingerprint(of: content))
    }
}
