// Reading the parts of a written date, byte by byte.

/// Walks over a date's text; every method leaves the position where it was when it finds nothing.
struct DateScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    private func byte(ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    mutating func take(_ literal: String) -> Bool {
        guard bytes[position...].starts(with: literal.utf8) else { return false }
        position += literal.utf8.count
        return true
    }

    mutating func takeAny(of literals: String...) -> Bool {
        for literal in literals where take(literal) { return true }
        return false
    }

    /// A number without sign of this many digits.
    mutating func number(digits allowed: ClosedRange<Int>) -> Int? {
        let digits = digitsAhead(limit: allowed.upperBound)
        guard digits.count >= allowed.lowerBound else { return nil }
        position += digits.count
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Digits behind a decimal point as microseconds: `5` and `500000` are half a second. Further digits are dropped.
    mutating func fraction(digits allowed: ClosedRange<Int>) -> Int? {
        let digits = digitsAhead(limit: allowed.upperBound)
        guard digits.count >= allowed.lowerBound else { return nil }
        position += digits.count
        return (0..<6).reduce(0) { $0 * 10 + ($1 < digits.count ? Int(digits[digits.startIndex + $1]) - 48 : 0) }
    }

    private func digitsAhead(limit: Int) -> ArraySlice<UInt8> {
        bytes[position...].prefix(limit).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Letters of the alphabet as one upper-case word; empty where there is none.
    mutating func word() -> String {
        let letters = bytes[position...].prefix {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0 & 0xDF)
        }
        position += letters.count
        return String(decoding: letters.map { $0 & 0xDF }, as: UTF8.self)
    }

    /// The distance from UTC in seconds that `Z`, `MST`, `-6:00`, `-0600`, `-06` or `GMT-6:00` names.
    mutating func zoneOffset() -> Int? {
        let start = position
        let name = word()
        guard name.isEmpty || DateZone.abbreviations[name] != nil else {
            position = start
            return nil
        }
        let isUTC = ["GMT", "UTC", "UT"].contains(name)
        if name.isEmpty || isUTC, let offset = signedOffset() { return offset }
        return DateZone.abbreviations[name].map { Int($0 * 3600) }
    }

    private mutating func signedOffset() -> Int? {
        let start = position
        guard let sign = byte(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        position += 1
        let hourDigits = digitsAhead(limit: 5).count == 3 ? 1...1 : 1...2
        guard let hours = number(digits: hourDigits), hours <= 18 else {
            position = start
            return nil
        }
        let beforeColon = position
        _ = take(":")
        let minutes = number(digits: 2...2)
        if minutes == nil { position = beforeColon }
        guard (minutes ?? 0) < 60 else {
            position = start
            return nil
        }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + (minutes ?? 0) * 60)
    }
}

extension CivilTime {
    /// `2019-09-04 03:32:21`, to the letter; nil of anything else.
    init?(usual bytes: ArraySlice<UInt8>) {
        let read = bytes.withUnsafeBufferPointer { bytes -> CivilTime? in
            guard bytes.count == 19, bytes[4] == ASCII.minus, bytes[7] == ASCII.minus, bytes[10] == ASCII.space,
                bytes[13] == ASCII.colon, bytes[16] == ASCII.colon
            else { return nil }
            func number(_ places: Range<Int>) -> Int? {
                var number = 0
                for place in places {
                    guard ASCII.isDigit(bytes[place]) else { return nil }
                    number = number * 10 + Int(bytes[place] - ASCII.zero)
                }
                return number
            }
            guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
                let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
            else { return nil }
            return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        }
        guard let read else { return nil }
        self = read
    }
}
