// Writes records as the service does: no white space, non-ASCII text as it is, unless asked to escape it.

package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    /// Writes `\u00e9` for `é` and pairs of surrogates for what lies beyond 16 bits.
    let escapesNonASCII: Bool

    package init(escapesNonASCII: Bool = false, capacity: Int = 0) {
        self.escapesNonASCII = escapesNonASCII
        bytes.reserveCapacity(capacity)
    }

    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    package mutating func raw(_ some: [UInt8]) {
        bytes.append(contentsOf: some)
    }

    package mutating func integer(_ value: Int64) {
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func value(_ value: FieldValue) {
        switch value {
        case .null: raw("null")
        case .bool(true): raw("true")
        case .bool(false): raw("false")
        case .integer(let number): integer(number)
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .text(let text): string(text)
        }
    }

    package mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { escaped(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The .NET writer behind the API escapes the line ends of Unicode (85, 2028, 2029) besides what JSON demands.
    private mutating func escaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": raw(#"\""#)
        case "\\": raw(#"\\"#)
        case "\n": raw(#"\n"#)
        case "\r": raw(#"\r"#)
        case "\t": raw(#"\t"#)
        case "\u{8}": raw(#"\b"#)
        case "\u{C}": raw(#"\f"#)
        case "\u{0}"..."\u{1F}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}": unicodeEscapes(scalar)
        default:
            if scalar.isASCII || !escapesNonASCII {
                bytes.append(contentsOf: String(scalar).utf8)
            } else {
                unicodeEscapes(scalar)
            }
        }
    }

    private mutating func unicodeEscapes(_ scalar: Unicode.Scalar) {
        for unit in String(scalar).utf16 {
            raw(#"\u"#)
            let digits = String(unit, radix: 16)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
            bytes.append(contentsOf: digits.utf8)
        }
    }
}
