// Ranges of IP addresses in CIDR notation, as `event.notification.allowed_networks` lists them.

/// A CIDR range, `10.0.0.0/8` or `fd00::/8`; an address alone is a range of one.
package struct IPNetwork: Sendable, Hashable {
    /// Its first address: `10.1.2.3/8` is `10.0.0.0/8` written carelessly.
    package let address: IPAddress
    /// 0 to 32, or to 128.
    package let prefixLength: Int

    /// Nil where the text is no address, or the length no plain number its address has bits for.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, !text.contains("%"), let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.bytes.count * 8
        var length = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
                let number = Int(parts[1]), number <= width
            else { return nil }
            length = number
        }
        let masked = address.bytes.enumerated().map { index, byte in
            byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, length - index * 8)))
        }
        guard let first = IPAddress(bytes: masked) else { return nil }
        self.address = first
        prefixLength = length
    }

    /// An IPv4 network holds no IPv6 address, nor the other way round.
    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixLength / 8
        guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return other.bytes[whole] & mask == address.bytes[whole]
    }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String { "\(address)/\(prefixLength)" }
}
