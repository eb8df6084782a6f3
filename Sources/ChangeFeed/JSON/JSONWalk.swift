// Walks over JSON that a scanner has accepted before, and therefore only looks for where things end.

/// Steps from member to member of a value that is known to be well-formed, at a fraction of the cost of checking it.
///
/// Every read is bounded by the buffer all the same.
struct JSONWalk {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// The bytes of one array or object, brackets included.
    init(inside bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        position = 1
    }

    /// From one member or element on.
    init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next member of an object: the name between its quotes, still escaped, and the value.
    mutating func nextMember() -> (name: Range<Int>, value: Range<Int>)? {
        guard let name = nextName() else { return nil }
        skipSeparators()
        return (name, nextRange())
    }

    /// Its name alone: the value is what stands next.
    mutating func nextName() -> Range<Int>? {
        skipSeparators()
        guard position < bytes.count, bytes[position] == ASCII.quote else { return nil }
        let name = position
        skipString()
        return name + 1..<position - 1
    }

    /// The next element of an array.
    mutating func nextElement() -> Range<Int>? {
        skipSeparators()
        guard position < bytes.count, bytes[position] != ASCII.closeBracket, bytes[position] != ASCII.closeBrace else {
            return nil
        }
        return nextRange()
    }

    private mutating func skipSeparators() {
        while position < bytes.count {
            switch bytes[position] {
            case ASCII.space, ASCII.newline, ASCII.carriageReturn, ASCII.tab, ASCII.comma, ASCII.colon: position += 1
            default: return
            }
        }
    }

    private mutating func nextRange() -> Range<Int> {
        let start = position
        guard position < bytes.count else { return start..<start }
        switch bytes[position] {
        case ASCII.quote: skipString()
        case ASCII.openBrace, ASCII.openBracket: skipContainer()
        default: skipWord()
        }
        return start..<position
    }

    private mutating func skipString() {
        position += 1
        while position < bytes.count {
            position = ByteRun.endOfUnescapedText(bytes, from: position)
            guard position < bytes.count, bytes[position] == ASCII.backslash else { break }
            position += 2
        }
        position = min(position + 1, bytes.count)
    }

    private mutating func skipContainer() {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case ASCII.quote:
                skipString()
                continue
            case ASCII.openBrace, ASCII.openBracket: depth += 1
            case ASCII.closeBrace, ASCII.closeBracket: depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return }
        }
    }

    /// A number, or one of the three words.
    private mutating func skipWord() {
        while position < bytes.count {
            switch bytes[position] {
            case ASCII.space, ASCII.newline, ASCII.carriageReturn, ASCII.tab, ASCII.comma, ASCII.closeBrace,
                ASCII.closeBracket:
                return
            default: position += 1
            }
        }
    }
}
