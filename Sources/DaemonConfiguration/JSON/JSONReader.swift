// A strict JSON reader that says where a document is broken and which names it repeats.

/// Where a document stops being JSON.
struct JSONSyntaxError: Error, Equatable {
    /// Counted from 1.
    let line: Int
    /// Counted from 1, in characters of Unicode.
    let column: Int
    /// What was expected there. Never what was found, which may be part of a secret.
    let expected: String
}

/// A name that an object has twice.
struct RepeatedName: Equatable {
    /// The names that lead to it, itself last.
    let path: [String]
    let line: Int
}

/// A whole document: RFC 8259 and nothing else, except that a byte order mark is skipped.
struct JSONDocument {
    let root: JSONValue
    let repeatedNames: [RepeatedName]

    init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONSyntaxError(line: 1, column: 1, expected: "text in UTF-8")
        }
        var reader = JSONReader(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
        root = try reader.value(depth: 0)
        try reader.end()
        repeatedNames = reader.repeatedNames
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var path: [String] = []
    private(set) var repeatedNames: [RepeatedName] = []
    /// Deeper than any configuration, shallower than any stack.
    private static let deepest = 50

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func expected(_ what: String) -> JSONSyntaxError {
        let before = bytes[..<position]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let isComment =
            position < bytes.count && (bytes[position] == UInt8(ascii: "/") || bytes[position] == UInt8(ascii: "#"))
        return JSONSyntaxError(
            line: line,
            column: bytes[lineStart..<position].count { $0 & 0xC0 != 0x80 } + 1,
            expected: isComment ? what + " (JSON has no comments)" : what)
    }

    /// Counted from the beginning when asked for, which is once in a broken document.
    private var line: Int { bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1 }

    private mutating func peek() -> UInt8? {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// What is also right where something ends behind a comma.
    private func orNoComma(_ end: Unicode.Scalar) -> String {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let before = bytes[..<position].last { !blanks.contains($0) }
        guard position < bytes.count, bytes[position] == UInt8(ascii: end), before == UInt8(ascii: ",") else {
            return ""
        }
        return ", or take the comma before it out"
    }

    mutating func end() throws(JSONSyntaxError) {
        if peek() != nil { throw expected("nothing more: the document has ended") }
    }

    mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth < JSONReader.deepest else { throw expected("fewer than \(JSONReader.deepest) levels") }
        switch peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): return .number(try number())
        default:
            for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
            let value = "a value: a text in double quotes, a number, true, false, null, { or ["
            throw expected(value + orNoComma("]"))
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        var object = JSONObject()
        var names: Set<String> = []
        position += 1
        if take("}") { return object }
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw expected("a name in double quotes" + orNoComma("}")) }
            let name = try string()
            path.append(name)
            if !names.insert(name).inserted { repeatedNames.append(RepeatedName(path: path, line: line)) }
            guard take(":") else { throw expected("a colon behind a name") }
            object.members.append(JSONObject.Member(name: name, value: try value(depth: depth + 1)))
            path.removeLast()
        } while take(",")
        guard take("}") else { throw expected("a comma or } behind a member") }
        return object
    }

    private mutating func list(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        var list: [JSONValue] = []
        position += 1
        if take("]") { return list }
        repeat { list.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw expected("a comma or ] behind an element") }
        return list
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = position
        func digits() -> Int { bytes[position...].prefix { (48...57).contains($0) }.count }
        func isNext(_ characters: String) -> Bool {
            position < bytes.count && characters.utf8.contains(bytes[position])
        }
        if isNext("-") { position += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position] != UInt8(ascii: "0") else {
            throw expected("a number without leading zeros")
        }
        position += whole
        if isNext(".") {
            position += 1
            guard digits() > 0 else { throw expected("a digit behind the decimal point") }
            position += digits()
        }
        if isNext("eE") {
            position += 1
            if isNext("+-") { position += 1 }
            guard digits() > 0 else { throw expected("a digit in the exponent") }
            position += digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}

extension JSONReader {
    private mutating func string() throws(JSONSyntaxError) -> String {
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += Array(String(try escape()).utf8)
            case 0..<0x20:
                throw expected("the closing quote (a line break in a text is written \\n)")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw expected("the closing quote of a text")
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let simple: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
            UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
        ]
        if position + 1 < bytes.count, let scalar = simple[bytes[position + 1]] {
            position += 2
            return scalar
        }
        guard let high = codeUnit() else { throw expected("an escape that JSON knows") }
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800...0xDBFF).contains(high), let low = codeUnit(), (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(low) - 0xDC00)
        else { throw expected("both halves of a character outside the basic plane") }
        return scalar
    }

    /// `\u263A`
    private mutating func codeUnit() -> UInt16? {
        guard bytes[position...].starts(with: "\\u".utf8), position + 6 <= bytes.count else { return nil }
        let digits = String(decoding: bytes[position + 2..<position + 6], as: UTF8.self)
        guard digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16) else { return nil }
        position += 6
        return unit
    }
}
