// Walks over a text that may be anything, and accepts exactly the grammar of RFC 8259.

/// Checks JSON and keeps nothing: its position before and after a call is the range of what the call accepted.
///
/// Accepted though doubtful, because the grammar of RFC 8259 allows it and refusing would hold up a whole page for
/// one odd record: duplicate names, and `\u` escapes of surrogates without their other half.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    /// Accepted so far, those inside others included.
    private(set) var values = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    func problem(_ fault: JSONProblem.Fault) -> JSONProblem { JSONProblem(fault, at: position) }

    /// The next byte, which must be there.
    func next() throws(JSONProblem) -> UInt8 {
        guard position < bytes.count else { throw problem(.truncated) }
        return bytes[position]
    }

    /// Steps over a byte order mark, which RFC 8259 lets a reader ignore, and white space.
    mutating func skipToFirstValue() throws(JSONProblem) {
        guard bytes.count <= Limits.jsonBytes else { throw problem(.tooLarge(limitBytes: Limits.jsonBytes)) }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        skipWhitespace()
        guard !isAtEnd else { throw problem(.empty) }
    }

    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case ASCII.space, ASCII.newline, ASCII.carriageReturn, ASCII.tab: position += 1
            default: return
            }
        }
    }

    /// Nothing but white space may be left.
    mutating func end() throws(JSONProblem) {
        skipWhitespace()
        guard isAtEnd else { throw problem(.trailingBytes) }
    }

    /// One value. `depth` is how many arrays and objects are open around it.
    mutating func value(depth: Int) throws(JSONProblem) {
        var alone = ScannedAlone()
        try value(depth: depth, beside: &alone)
    }

    /// The same, with a guide that is asked before each member and each element inside the value.
    ///
    /// Nothing here calls itself: how deep a text nests is a number, and which of the containers around a place are
    /// objects is a bit of each.
    mutating func value(depth outer: Int, beside guide: inout some ScanGuide) throws(JSONProblem) {
        var nest = JSONNest(depth: outer)
        while true {
            values += 1
            var isEntering = false
            switch try next() {
            case ASCII.quote: try string()
            case UInt8(ascii: "n"): try literal("null")
            case ASCII.openBrace:
                isEntering = try open(ASCII.closeBrace, depth: nest.depth + 1)
                if isEntering { nest.enter(isObject: true) }
            case ASCII.openBracket:
                isEntering = try open(ASCII.closeBracket, depth: nest.depth + 1)
                if isEntering { nest.enter(isObject: false) }
            case ASCII.minus, ASCII.zero...ASCII.nine: try number()
            case UInt8(ascii: "t"): try literal("true")
            case UInt8(ascii: "f"): try literal("false")
            default: throw problem(.unexpectedByte(bytes[position]))
            }
            if !isEntering {
                while nest.depth > outer, try !isFollowedByAnother(before: nest.closing) { nest.leave() }
                if nest.depth == outer { return }
            }
            if let place = guide.place(at: position, in: nest, values: values) {
                (position, nest, values) = (place.position, place.nest, place.values)
                if nest.depth == outer { return }
            }
            if nest.isInObject {
                let start = position
                try name()
                guide.passedName(from: start, to: position, in: nest)
                skipWhitespace()
                guard try next() == ASCII.colon else { throw problem(.unexpectedByte(bytes[position])) }
                position += 1
                skipWhitespace()
            }
        }
    }

    private mutating func name() throws(JSONProblem) {
        guard try next() == ASCII.quote else { throw problem(.unexpectedByte(bytes[position])) }
        try string()
    }

    /// Steps over the opening bracket; false where the closing one follows at once, which is stepped over as well.
    mutating func open(_ closing: UInt8, depth: Int) throws(JSONProblem) -> Bool {
        guard depth <= Limits.jsonNesting else { throw problem(.tooDeep(limit: Limits.jsonNesting)) }
        position += 1
        skipWhitespace()
        guard try next() == closing else { return true }
        position += 1
        return false
    }

    /// After a member or element: true and past the comma, or false and past the closing bracket.
    mutating func isFollowedByAnother(before closing: UInt8) throws(JSONProblem) -> Bool {
        skipWhitespace()
        let byte = try next()
        guard byte == ASCII.comma || byte == closing else { throw problem(.unexpectedByte(byte)) }
        position += 1
        if byte == ASCII.comma { skipWhitespace() }
        return byte == ASCII.comma
    }
}

// MARK: Strings

extension JSONScanner {
    private mutating func string() throws(JSONProblem) {
        position += 1
        while true {
            position = ByteRun.endOfPlainText(bytes, from: position)
            let byte = try next()
            switch byte {
            case ASCII.quote:
                position += 1
                return
            case ASCII.backslash: try escape()
            case 0x80...: try nonASCII()
            default: throw problem(.controlCharacter(byte))
            }
        }
    }

    private mutating func escape() throws(JSONProblem) {
        let start = position
        position += 1
        let byte = try next()
        position += 1
        switch byte {
        case ASCII.quote, ASCII.backslash, ASCII.slash, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard ASCII.hexadecimalValue(try next()) != nil else { throw JSONProblem(.badEscape, at: start) }
                position += 1
            }
        default: throw JSONProblem(.badEscape, at: start)
        }
    }

    /// A run of characters beyond ASCII: the well-formed byte sequences of the Unicode Standard, table 3-7.
    private mutating func nonASCII() throws(JSONProblem) {
        while position < bytes.count, bytes[position] >= 0x80 {
            let (second, length): (ClosedRange<UInt8>, Int) =
                switch bytes[position] {
                case 0xC2...0xDF: (0x80...0xBF, 2)
                case 0xE0: (0xA0...0xBF, 3)
                case 0xED: (0x80...0x9F, 3)
                case 0xE1...0xEF: (0x80...0xBF, 3)
                case 0xF0: (0x90...0xBF, 4)
                case 0xF1...0xF3: (0x80...0xBF, 4)
                case 0xF4: (0x80...0x8F, 4)
                default: throw problem(.badUTF8)
                }
            guard position + length <= bytes.count else {
                // A text that was cut inside a character; or a wrong one just before the end, which is as unusable.
                throw problem(.truncated)
            }
            guard second.contains(bytes[position + 1]) else { throw problem(.badUTF8) }
            for offset in 2..<max(2, length) where bytes[position + offset] & 0xC0 != 0x80 { throw problem(.badUTF8) }
            position += length
        }
    }
}

// MARK: Numbers and words

extension JSONScanner {
    private mutating func number() throws(JSONProblem) {
        let start = position
        if bytes[position] == ASCII.minus { position += 1 }
        if try next() == ASCII.zero { position += 1 } else { try digits(of: start) }
        if position < bytes.count, bytes[position] == ASCII.point {
            position += 1
            try digits(of: start)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let sign = try next()
            if sign == ASCII.plus || sign == ASCII.minus { position += 1 }
            try digits(of: start)
        }
    }

    /// One digit or more.
    private mutating func digits(of start: Int) throws(JSONProblem) {
        guard ASCII.isDigit(try next()) else { throw JSONProblem(.badNumber, at: start) }
        while position < bytes.count, ASCII.isDigit(bytes[position]) { position += 1 }
    }

    private mutating func literal(_ word: StaticString) throws(JSONProblem) {
        let start = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard try next() == word.utf8Start[offset] else { throw JSONProblem(.badLiteral, at: start) }
            position += 1
        }
    }
}
