// The inner loops over text inside strings, eight bytes at a time: nearly all of a page is text.

/// Finds the end of a run of bytes that need no attention.
///
/// A word of eight bytes is tested with carry arithmetic: `(x - n) & ~x & 0x80` is set in the byte that is below `n`. A
/// borrow can raise a false hit only above a true one, so the lowest hit, the one that is used, is always true.
enum ByteRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The first position at or after `start` that holds a quote, a backslash, a control character or a byte of a
    /// non-ASCII character; the count where there is none.
    static func endOfPlainText(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        end(bytes, from: start) { word in
            let belowSpace = (word &- (ones &* 0x20)) & ~word
            return (belowSpace | zeroes(word, xor: ASCII.quote) | zeroes(word, xor: ASCII.backslash) | word) & highBits
        } isStop: { byte in
            byte < 0x20 || byte >= 0x80 || byte == ASCII.quote || byte == ASCII.backslash
        }
    }

    /// The first position at or after `start` that holds a quote or a backslash; the count where there is none.
    static func endOfUnescapedText(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        end(bytes, from: start) { word in
            (zeroes(word, xor: ASCII.quote) | zeroes(word, xor: ASCII.backslash)) & highBits
        } isStop: { byte in
            byte == ASCII.quote || byte == ASCII.backslash
        }
    }

    /// `left == right`, which compares slices byte by byte.
    static func areEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                var position = 0
                while position + 8 <= left.count {
                    let word = left.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                    guard word == right.loadUnaligned(fromByteOffset: position, as: UInt64.self) else { return false }
                    position += 8
                }
                while position < left.count, left[position] == right[position] { position += 1 }
                return position == left.count
            }
        }
    }

    /// How many bytes from `start` on are those from `other` on, which lies further behind.
    @inline(__always)
    static func common(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ other: Int) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let (left, right) = (UnsafeRawPointer(base + start), UnsafeRawPointer(base + other))
        let count = bytes.count - other
        var length = 0
        func differ(at offset: Int) -> UInt64 {
            left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        while length <= count &- 32,
            differ(at: length) | differ(at: length &+ 8) | differ(at: length &+ 16) | differ(at: length &+ 24) == 0
        {
            length &+= 32
        }
        while length <= count &- 8 {
            let difference = differ(at: length)
            if difference != 0 { return length &+ difference.littleEndian.trailingZeroBitCount / 8 }
            length &+= 8
        }
        while length < count, bytes[start &+ length] == bytes[other &+ length] { length &+= 1 }
        return length
    }

    /// The high bit of each byte that equals `byte`, and noise in the other bits.
    @inline(__always)
    private static func zeroes(_ word: UInt64, xor byte: UInt8) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference
    }

    @inline(__always)
    private static func end(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, stops: (UInt64) -> UInt64, isStop: (UInt8) -> Bool
    ) -> Int {
        var position = start
        let raw = UnsafeRawBufferPointer(bytes)
        while position <= raw.count &- 8 {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let hits = stops(word)
            if hits != 0 { return position &+ hits.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < bytes.count, !isStop(bytes[position]) { position += 1 }
        return position
    }
}
