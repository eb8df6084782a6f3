// IP addresses as bytes, read and written without a resolver, so that ranges can be compared.

/// An IPv4 or IPv6 address.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes, in network order.
    package let bytes: [UInt8]

    /// Nil unless there are 4 or 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Of a literal without brackets: `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`. The zone of `fe80::1%eth0` is
    /// dropped. Short and octal forms such as `127.1`, `0177.0.0.1` and `2130706433` are no addresses but names: only a
    /// resolver knows what they stand for.
    package init?(_ text: String) {
        if let bytes = Self.bytesOfIPv4(text[...]) {
            self.bytes = bytes
        } else if let bytes = Self.bytesOfIPv6(text.prefix { $0 != "%" }) {
            self.bytes = bytes
        } else {
            return nil
        }
    }

    package var isIPv4: Bool { bytes.count == 4 }
}

extension IPAddress {
    private static func bytesOfIPv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero means octal to some readers and nothing to others.
            guard part.utf8.allSatisfy(isDigit), part == "0" || part.first != "0", let byte = UInt8(part) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// `::` stands for one group of zeros or more, once.
    private static func bytesOfIPv6(_ text: Substring) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else {
            return bytesOfGroups(text, mayEndInIPv4: true).flatMap { $0.count == 16 ? $0 : nil }
        }
        guard let front = bytesOfGroups(halves[0], mayEndInIPv4: false),
            let back = bytesOfGroups(halves[1], mayEndInIPv4: true), front.count + back.count <= 14
        else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    private static func bytesOfGroups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if let number = group16(group) {
                bytes += [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
            } else if mayEndInIPv4, index == groups.count - 1, let inner = bytesOfIPv4(group) {
                bytes += inner
            } else {
                return nil
            }
        }
        return bytes
    }

    private static func group16(_ text: Substring) -> UInt16? {
        // The integer's own reader would also take a sign.
        guard (1...4).contains(text.utf8.count), text.first != "+", text.first != "-" else { return nil }
        return UInt16(text, radix: 16)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical form of RFC 5952: lower case, the longest run of zero groups as `::`.
    package var description: String {
        guard !isIPv4 else { return Self.dotted(bytes[...]) }
        if bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] { return "::ffff:" + Self.dotted(bytes[12...]) }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        let zeros = Self.longestRunOfZeros(in: groups)
        guard zeros.count > 1 else { return text(0..<8) }
        return text(0..<zeros.lowerBound) + "::" + text(zeros.upperBound..<8)
    }

    private static func dotted(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map(String.init).joined(separator: ".")
    }

    private static func longestRunOfZeros(in groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<(index + 1)
            }
        }
        return longest
    }
}
