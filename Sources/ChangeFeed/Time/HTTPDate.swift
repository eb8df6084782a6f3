// Dates as HTTP headers write them: `Date`, `Retry-After`.

package enum HTTPDate {
    /// Reads the three forms that RFC 9110 (5.6.7) obliges to read; nil for anything else. The weekday is not checked.
    ///
    /// - `Sun, 06 Nov 1994 08:49:37 GMT`, the one that is written today
    /// - `Sunday, 06-Nov-94 08:49:37 GMT`, of RFC 850
    /// - `Sun Nov  6 08:49:37 1994`, of asctime
    ///
    /// - Parameter now: decides which century two digits of a year are of.
    package static func parse(_ text: String, now: Instant) -> Instant? {
        let parts = text.split(separator: " ")
        switch (parts.count, parts.last == "GMT") {
        case (6, true) where parts[0].hasSuffix(","):
            return instant(day: parts[1], month: parts[2], year: number(parts[3]), time: parts[4])
        case (4, true) where parts[0].hasSuffix(","):
            let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, date[2].utf8.count == 2, let year = number(date[2]) else { return nil }
            return instant(day: date[0], month: date[1], year: recent(year, now: now), time: parts[2])
        case (5, false):
            return instant(day: parts[2], month: parts[1], year: number(parts[4]), time: parts[3])
        default:
            return nil
        }
    }

    /// What seems to be more than fifty years ahead is meant as the last such year before.
    private static func recent(_ twoDigits: Int, now: Instant) -> Int {
        let thisYear = CivilTime(now).year
        let year = thisYear - thisYear % 100 + twoDigits
        return year > thisYear + 50 ? year - 100 : year
    }

    private static func instant(day: Substring, month: Substring, year: Int?, time: Substring) -> Instant? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map(number)
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2], let year,
            let day = number(day), let month = months.firstIndex(of: String(month))
        else { return nil }
        return CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
            .instantInUTC
    }

    /// Digits and nothing else: `Int` would take a sign.
    private static func number(_ text: Substring) -> Int? {
        isDigits(text) ? Int(text) : nil
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func format(_ instant: Instant) -> String {
        let civil = CivilTime(instant)
        let pad = CivilTime.padded
        return "\(weekdays[CivilTime.weekday(of: instant)]), \(pad(civil.day, 2)) \(months[civil.month - 1]) "
            + "\(pad(civil.year, 4)) \(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2)) GMT"
    }

    /// How long to stay away by a `Retry-After` value: seconds, or the time from `now` until a date; never negative.
    ///
    /// The standard knows whole seconds only. Some write `5.0`; a fraction is rounded up.
    package static func retryAfter(_ text: String, now: Instant) -> Duration? {
        let text = text.trimmingSpaces
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(isDigits) else {
            return parse(text, now: now).map { max(.zero, $0 - now) }
        }
        if isNegative { return .zero }
        let hasFraction = parts.count == 2 && parts[1].contains { $0 != "0" }
        // A number too large for an Int is still a request to stay away for very long.
        let longest = 10 * 365 * 86_400
        return .seconds(min(Int(parts[0]) ?? longest, longest) + (hasFraction ? 1 : 0))
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
