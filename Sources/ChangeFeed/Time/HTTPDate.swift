// Dates as HTTP headers write them: `Date`, `Retry-After`.

package enum HTTPDate {
    /// Of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, IMF-fixdate); nil for anything else. The weekday is not checked.
    package static func parse(_ text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].hasSuffix(","),
            let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3])
        else { return nil }
        let time = parts[4].split(separator: ":").map { Int($0) }
        guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2] else { return nil }
        return CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
            .instantInUTC
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func format(_ instant: Instant) -> String {
        let civil = CivilTime(instant)
        let pad = CivilTime.padded
        return "\(weekdays[CivilTime.weekday(of: instant)]), \(pad(civil.day, 2)) \(months[civil.month - 1]) "
            + "\(pad(civil.year, 4)) \(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2)) GMT"
    }

    /// How long to stay away by a `Retry-After` value: seconds, or the time from `now` until a date; never negative.
    package static func retryAfter(_ text: String, now: Instant) -> Duration? {
        let text = text.trimmingSpaces
        // A number too large for an Int is still a request to stay away for very long.
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(min(Int(text) ?? .max, 10 * 365 * 86_400))
        }
        if let seconds = Int(text), seconds < 0 { return .zero }
        return parse(text).map { max(.zero, $0 - now) }
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
