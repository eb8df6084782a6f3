// One JSON value as the bytes it was received in.

/// A slice of bytes that is one well-formed JSON value, without white space around it.
///
/// Nothing is decoded until it is asked for, so every number, string and order stays as it came. `==` means the same
/// bytes; `isEquivalent(to:)` means the same value. The slice keeps the whole text it was found in alive: whoever
/// stores one for long copies its bytes.
package struct RawJSON: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case object, array, string, number, boolean, null
    }

    package let bytes: ArraySlice<UInt8>

    /// For bytes that a scanner has accepted as one value. `bytes` is never empty.
    init(accepted bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// A text that holds one value and white space.
    package static func read(_ text: [UInt8]) throws(JSONProblem) -> RawJSON {
        let range = try text.withUnsafeBufferPointer { buffer throws(JSONProblem) -> Range<Int> in
            var scanner = JSONScanner(buffer)
            try scanner.skipToFirstValue()
            let start = scanner.position
            try scanner.value(depth: 0)
            let end = scanner.position
            try scanner.end()
            return start..<end
        }
        return RawJSON(accepted: text[range])
    }

    /// These bytes of the text that this is a slice of.
    func within(_ range: Range<Int>) -> ArraySlice<UInt8> {
        precondition(bytes.startIndex <= range.lowerBound && range.upperBound <= bytes.endIndex)
        return bytes[range]
    }

    package static let null = RawJSON(accepted: Array("null".utf8)[...])

    package var kind: Kind { Kind(firstByte: bytes[bytes.startIndex]) }

    package var isNull: Bool { kind == .null }

    /// Whether it says nothing: null, an empty text, and an object or a collection without members.
    package var isEmpty: Bool {
        switch kind {
        case .null: true
        case .string: bytes.count == 2
        case .object, .array: bytes.dropFirst().dropLast().allSatisfy { $0 <= UInt8(ascii: " ") }
        case .number, .boolean: false
        }
    }

    /// The text of a string, its escapes undone; nil for other kinds. Half a surrogate pair becomes U+FFFD.
    package var decodedString: String? {
        unescapedString.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text of a string as bytes, which tell apart what `String` does not: é from e with an accent, and halves of
    /// surrogate pairs.
    var unescapedString: ArraySlice<UInt8>? {
        kind == .string ? JSONString.unescaped(bytes.dropFirst().dropLast()) : nil
    }

    /// What this value is called where it serves as a name: an id, or the key of a member of a collection. A string's
    /// text; a number's digits, whole numbers without fraction or exponent (`12.0` is `12`). Nil for other kinds.
    var asName: JSONName? {
        switch kind {
        case .string: unescapedString.map(JSONName.init)
        case .number:
            JSONName(JSONNumber.isPlainInteger(bytes) ? bytes : JSONNumber(bytes)?.integerDigits?[...] ?? bytes)
        case .object, .array, .boolean, .null: nil
        }
    }
}

extension RawJSON.Kind {
    /// The kind that a value announces by its first byte, whether or not the rest is well-formed.
    init(firstByte: UInt8) {
        self =
            switch firstByte {
            case ASCII.openBrace: .object
            case ASCII.openBracket: .array
            case ASCII.quote: .string
            case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
            case UInt8(ascii: "n"): .null
            default: .number
            }
    }

    var withArticle: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .null: "null"
        case .string, .number, .boolean: "a \(rawValue)"
        }
    }
}
