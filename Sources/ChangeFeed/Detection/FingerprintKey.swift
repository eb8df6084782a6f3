// The secret by which a store takes the fingerprints of its records, at less cost than a hash without one.

import Crypto

/// Takes fingerprints that nobody can find two records for who does not know the key.
///
/// Each block of a record is added up by the family NH of UMAC (Black, Halevi, Krawetz, Krovetz, Rogaway, "UMAC: Fast and
/// Secure Message Authentication", 1999) with words of 64 bits: the sum over pairs of words of (m₁ + k₁)(m₂ + k₂). For any two
/// different blocks of one length, chosen without knowing the key, two such sums, the second by the same key moved on by a
/// pair, are both equal with a probability of at most 2⁻¹²⁸. SHA-256 makes the fingerprint of the sums and the length: of
/// 32 bytes for each 2,048.
package struct FingerprintKey: Sendable {
    package static let seedBytes = 32

    private static let pairsOfABlock = 128
    private static let blockBytes = 16 * pairsOfABlock

    /// A block's words, and a pair more.
    private let words: [UInt64]

    /// - Parameter seed: random, secret and kept as long as the fingerprints are.
    package init(seed: [UInt8]) {
        var words: [UInt64] = []
        var part: UInt64 = 0
        while words.count < 2 * (Self.pairsOfABlock + 1) {
            var hash = SHA256()
            hash.update(data: seed)
            withUnsafeBytes(of: part.littleEndian) { hash.update(bufferPointer: $0) }
            hash.finalize().withUnsafeBytes { bytes in
                for word in 0..<4 {
                    words.append(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)))
                }
            }
            part += 1
        }
        self.words = words
    }

    /// Of a record as received: white space and order of fields count.
    package func fingerprint(of content: ArraySlice<UInt8>) -> Fingerprint {
        let blocks = (content.count &+ Self.blockBytes &- 1) / Self.blockBytes
        // The hash takes all in one go: each call costs as much as hashing some dozen bytes does.
        return withUnsafeTemporaryAllocation(byteCount: 8 &+ 32 &* blocks, alignment: 8) { hashed in
            hashed.storeBytes(of: UInt64(content.count).littleEndian, as: UInt64.self)
            content.withUnsafeBytes { bytes in
                words.withUnsafeBufferPointer { key in
                    for block in 0..<blocks {
                        let start = block &* Self.blockBytes
                        let end = min(start &+ Self.blockBytes, bytes.count)
                        let sums = Self.sums(of: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), key)
                        hashed.storeBytes(
                            of: sums.0.littleEndian, toByteOffset: 8 &+ 32 &* block, as: UInt128.self)
                        hashed.storeBytes(
                            of: sums.1.littleEndian, toByteOffset: 24 &+ 32 &* block, as: UInt128.self)
                    }
                }
            }
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(hashed))
            return Fingerprint(half: hash.finalize())
        }
    }

    /// Of one block, which zeros fill up to whole pairs.
    private static func sums(of block: UnsafeRawBufferPointer, _ key: UnsafeBufferPointer<UInt64>) -> (UInt128, UInt128)
    {
        var (first, second): (UInt128, UInt128) = (0, 0)
        func add(_ left: UInt64, _ right: UInt64, at word: Int) {
            first &+= UInt128(left &+ key[word]) &* UInt128(right &+ key[word &+ 1])
            second &+= UInt128(left &+ key[word &+ 2]) &* UInt128(right &+ key[word &+ 3])
        }
        var position = 0
        while position &+ 16 <= block.count {
            add(
                UInt64(littleEndian: block.loadUnaligned(fromByteOffset: position, as: UInt64.self)),
                UInt64(littleEndian: block.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self)),
                at: position / 8)
            position &+= 16
        }
        if position < block.count {
            var rest: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &rest) {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[position...]))
            }
            add(UInt64(littleEndian: rest.0), UInt64(littleEndian: rest.1), at: position / 8)
        }
        return (first, second)
    }
}
