// The short form in which the exact bytes of a record are remembered.

import Crypto

/// Half of a SHA-256: equal for the same bytes, and for nothing else that will ever be met.
package struct Fingerprint: Sendable, Hashable {
    package static let byteCount = 16

    private let first: UInt64
    private let second: UInt64

    /// Without a key, which takes longer than with one (`FingerprintKey`).
    package init(of content: ArraySlice<UInt8>) {
        var hash = SHA256()
        content.withUnsafeBytes { hash.update(bufferPointer: $0) }
        self.init(half: hash.finalize())
    }

    init(half digest: SHA256.Digest) {
        (first, second) = digest.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    /// One that was stored; nil where it has not the right length.
    package init?(bytes: [UInt8]) {
        guard let read = bytes.withUnsafeBytes({ Fingerprint(stored: $0) }) else { return nil }
        self = read
    }

    /// The same of bytes where they stand.
    package init?(stored bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        first = bytes.loadUnaligned(as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// `byteCount` of them, as they are stored.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// The same where they stand, for as long as `body` runs.
    package func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) rethrows -> Answer {
        try withUnsafeBytes(of: (first, second)) { try body($0) }
    }
}
