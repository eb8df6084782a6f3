// The text of JSON strings: escapes undone and escapes made.

package enum JSONString {
    /// The text between the quotes of an accepted string, escapes undone; the slice itself where there are none.
    ///
    /// Half a surrogate pair, which UTF-8 cannot hold, is written in the three bytes it would take ("WTF-8"), so that
    /// two different halves stay different.
    static func unescaped(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.contains(ASCII.backslash) else { return text }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == ASCII.backslash, let escaped = rest.popFirst() else {
                plain.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "n"): plain.append(ASCII.newline)
            case UInt8(ascii: "r"): plain.append(ASCII.carriageReturn)
            case UInt8(ascii: "t"): plain.append(ASCII.tab)
            case UInt8(ascii: "u"): append(codePoint(&rest), to: &plain)
            default: plain.append(escaped)
            }
        }
        return plain[...]
    }

    /// The text in quotes, with everything escaped that RFC 8259 asks for and nothing else.
    package static func append(_ text: String, to json: inout [UInt8]) {
        json.append(ASCII.quote)
        for byte in text.utf8 {
            switch byte {
            case ASCII.quote, ASCII.backslash: json += [ASCII.backslash, byte]
            case ASCII.newline: json += [ASCII.backslash, UInt8(ascii: "n")]
            case ASCII.carriageReturn: json += [ASCII.backslash, UInt8(ascii: "r")]
            case ASCII.tab: json += [ASCII.backslash, UInt8(ascii: "t")]
            case 0..<0x10: json += Array("\\u000\(String(byte, radix: 16))".utf8)
            case 0x10..<0x20: json += Array("\\u00\(String(byte, radix: 16))".utf8)
            default: json.append(byte)
            }
        }
        json.append(ASCII.quote)
    }

    /// The code point of a `\u` escape, after the u: of one escape, or of two that are a surrogate pair.
    private static func codePoint(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        let first = codeUnit(&rest)
        guard UTF16.isLeadSurrogate(first), rest.starts(with: [ASCII.backslash, UInt8(ascii: "u")]) else {
            return UInt32(first)
        }
        var ahead = rest.dropFirst(2)
        let second = codeUnit(&ahead)
        guard UTF16.isTrailSurrogate(second) else { return UInt32(first) }
        rest = ahead
        return 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
    }

    private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
        let digits = rest.prefix(4)
        rest = rest.dropFirst(4)
        return digits.reduce(0) { $0 << 4 | (ASCII.hexadecimalValue($1) ?? 0) }
    }

    private static func append(_ codePoint: UInt32, to plain: inout [UInt8]) {
        func continuation(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (codePoint >> shift) & 0x3F) }
        switch codePoint {
        case ..<0x80: plain.append(UInt8(codePoint))
        case ..<0x800: plain += [UInt8(0xC0 | codePoint >> 6), continuation(0)]
        case ..<0x10000: plain += [UInt8(0xE0 | codePoint >> 12), continuation(6), continuation(0)]
        default: plain += [UInt8(0xF0 | codePoint >> 18), continuation(12), continuation(6), continuation(0)]
        }
    }
}
