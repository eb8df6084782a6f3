// The ways a time may be written in `updated_after_utc`.

import ChangeFeed

enum SearchTime {
    /// Reads `2025-04-22T20:03:25Z`, the same with a space, with or without `Z`, a fraction or an offset, and a bare
    /// date. Nil where it is none of these.
    static func parse(_ text: String) -> Instant? {
        var reader = Reader(rest: text[...])
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        if reader.rest.isEmpty { return civil.instantInUTC }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2)
        else { return nil }
        civil.hour = hour
        civil.minute = minute
        civil.second = second
        if reader.skip(".") {
            guard let fraction = reader.microseconds() else { return nil }
            civil.microsecond = fraction
        }
        guard let offset = reader.offset(), reader.rest.isEmpty, let local = civil.instantInUTC else { return nil }
        return local - offset
    }

    private struct Reader {
        var rest: Substring

        mutating func skip(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            let text = rest.prefix(digits)
            guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(digits)
            return Int(text)
        }

        /// One to seven digits, as .NET writes them; what is finer than a microsecond is dropped.
        mutating func microseconds() -> Int? {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard (1...7).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            return Int((digits + "000000").prefix(6))
        }

        /// Nothing and `Z` are UTC.
        mutating func offset() -> Duration? {
            if rest.isEmpty || skip("Z") || skip("z") { return .zero }
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = number(2), hours <= 14, skip(":"), let minutes = number(2), minutes < 60
            else { return nil }
            return .minutes(sign * (hours * 60 + minutes))
        }
    }
}
