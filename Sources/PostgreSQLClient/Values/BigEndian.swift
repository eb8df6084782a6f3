// Numbers as the wire has them: the highest byte first.

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension [UInt8] {
    /// In place of four bytes that are there.
    mutating func set(bigEndian value: UInt32, at place: Int) {
        for index in 0..<4 { self[place + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
    }
}

extension FixedWidthInteger {
    /// Nil unless there are as many bytes as the number has.
    init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bitWidth / 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
    }
}
