// The short form in which the exact bytes of a record are remembered.

import Crypto

/// Half of a SHA-256: equal for the same bytes, and for nothing else that will ever be met.
package struct Fingerprint: Sendable, Hashable {
    package static let byteCount = 16

    /// Always `byteCount` of them.
    package let bytes: [UInt8]

    /// Of a record as received: white space and order of fields count.
    package init(of content: ArraySlice<UInt8>) {
        var hash = SHA256()
        content.withUnsafeBytes { hash.update(bufferPointer: $0) }
        bytes = Array(hash.finalize().prefix(Self.byteCount))
    }

    /// One that was stored; nil where it has not the right length.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}
