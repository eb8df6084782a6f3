// The exact bytes of a record in sixteen.

import Testing

@testable import ChangeFeed

@Suite("Fingerprints")
struct FingerprintTests {
    @Test("It is the first half of the SHA-256 of the bytes")
    func known() {
        // FIPS 180-2, appendix B.1: "abc".
        let expected: [UInt8] = [
            0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
        ]
        #expect(Fingerprint(of: Array("xabcx".utf8)[1..<4]).bytes == expected)
        #expect(Fingerprint(bytes: expected) == Fingerprint(of: Array("abc".utf8)[...]))
    }

    @Test("Stored bytes of another length are none")
    func lengths() {
        #expect(Fingerprint(bytes: [UInt8](repeating: 0, count: 15)) == nil)
        #expect(Fingerprint(bytes: [UInt8](repeating: 0, count: 17)) == nil)
    }
}
