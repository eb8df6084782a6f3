// Which record: the product's own identity and order of ids, whatever a store's engine would say.

/// A record's id as its resource writes it, without quotes: `366638973`. Unique within a resource of an account.
package struct RecordID: Hashable, Sendable {
    private let form: Form

    /// Nearly all ids are numbers, which compare, hash and are stored at a fraction of what texts cost.
    private enum Form: Hashable, Sendable {
        case number(Int64)
        /// What is no number, or would not be written back the same: `007`.
        case text(UTF8Text)
    }

    package init(_ text: String) {
        self.init(utf8: text.utf8)
    }

    package init(_ number: Int64) {
        form = .number(number)
    }

    package init(utf8 bytes: some BidirectionalCollection<UInt8>) {
        if let number = Self.number(bytes) {
            form = .number(number)
        } else {
            form = .text(UTF8Text(text: String(decoding: bytes, as: UTF8.self)))
        }
    }

    package var text: String {
        switch form {
        case .number(let number): String(number)
        case .text(let written): written.text
        }
    }

    /// The number that the id is, where it would be written back the same: `007` is a text.
    package var number: Int64? {
        if case .number(let number) = form { number } else { nil }
    }

    package func hash(into hasher: inout Hasher) {
        switch form {
        case .number(let number): hasher.combine(number)
        case .text(let written): hasher.combine(written)
        }
    }

    private static func number(_ bytes: some BidirectionalCollection<UInt8>) -> Int64? {
        let isNegative = bytes.first == ASCII.minus
        let digits = isNegative ? bytes.dropFirst() : bytes[...]
        guard let first = digits.first else { return nil }
        if first == ASCII.zero { return digits.count == 1 && !isNegative ? 0 : nil }
        var number: Int64 = 0
        for byte in digits {
            guard ASCII.isDigit(byte) else { return nil }
            let digit = Int64(byte - ASCII.zero)
            let (tens, tooLarge) = number.multipliedReportingOverflow(by: 10)
            // Counted downwards, for the least number is one further from zero than the greatest.
            let (next, passes) = tens.subtractingReportingOverflow(digit)
            guard !tooLarge, !passes else { return nil }
            number = next
        }
        if isNegative { return number }
        return number == .min ? nil : -number
    }
}

/// A text that equals another by its bytes: two ways of writing one letter are two ids.
private struct UTF8Text: Hashable, Sendable {
    let text: String

    static func == (left: UTF8Text, right: UTF8Text) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension RecordID: CustomStringConvertible {
    package var description: String { text }
}

extension RecordID: Comparable {
    /// Numbers before texts, numbers by their value, texts by their bytes.
    package static func < (left: RecordID, right: RecordID) -> Bool {
        switch (left.form, right.form) {
        case (.number(let left), .number(let right)): left < right
        case (.number, .text): true
        case (.text, .number): false
        case (.text(let left), .text(let right)): left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
        }
    }
}
