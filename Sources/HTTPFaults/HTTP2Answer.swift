// An answer that is none to us: the other end speaks HTTP/2 only.

/// What servers that speak HTTP/2 without TLS send first, whatever they are asked: their settings, or a farewell.
package enum HTTP2Answer {
    /// So many bytes tell: a frame begins with its length, its type, flags, and the stream, which is 0 for both.
    package static let bytesNeeded = 9

    package static let words =
        "HTTP/2 is spoken there without TLS (h2c), and HTTP/1.1 is not; HTTP/2 is not spoken here"

    /// - Parameter beginning: of what came, as far as it did.
    package static func begins(_ beginning: some Collection<UInt8>) -> Bool {
        let bytes = Array(beginning.prefix(bytesNeeded))
        guard bytes.count == bytesNeeded else { return false }
        if bytes.starts(with: "PRI * HTT".utf8) { return true }
        let length = bytes[..<3].reduce(0) { $0 << 8 | Int($1) }
        let isOfConnection = bytes[5...].allSatisfy { $0 == 0 }
        switch (type: bytes[3], flags: bytes[4]) {
        case (type: 0x4, flags: 0): return isOfConnection && length <= 16_384 && length % 6 == 0
        case (type: 0x7, flags: 0): return isOfConnection && (8...16_384).contains(length)
        default: return false
        }
    }
}
