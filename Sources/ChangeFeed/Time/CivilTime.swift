// Calendar arithmetic without a calendar library: the proleptic Gregorian calendar in UTC, both ways.

/// A date and time of day as written on the wire, without a zone.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var microsecond: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// The UTC date and time of an instant. Days are counted in eras of 400 years, which all have 146,097 days.
    package init(_ instant: Instant) {
        let seconds = instant.secondsSince1970
        let microsecond = Int(instant.microsecondsSince1970 - seconds * 1_000_000)
        let secondOfDay = Int(((seconds % 86_400) + 86_400) % 86_400)
        let day = Int((seconds - Int64(secondOfDay)) / 86_400) + 719_468
        let era = (day >= 0 ? day : day - 146_096) / 146_097
        let dayOfEra = day - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153  // March is 0, so that a leap day ends the year.
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            hour: secondOfDay / 3600, minute: secondOfDay / 60 % 60, second: secondOfDay % 60,
            microsecond: microsecond)
    }

    /// The instant this date and time names in UTC, or nil where a member is out of its range (a 13th month, 30 February).
    package var instantInUTC: Instant? {
        guard (1...12).contains(month), (1...CivilTime.days(inMonth: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
            (0...999_999).contains(microsecond), (-9999...9999).contains(year)
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return Instant(microsecondsSince1970: seconds * 1_000_000 + Int64(microsecond))
    }

    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 0 is Sunday.
    package static func weekday(of instant: Instant) -> Int {
        let days = (instant.secondsSince1970 - ((instant.secondsSince1970 % 86_400) + 86_400) % 86_400) / 86_400
        return Int(((days + 4) % 7 + 7) % 7)
    }
}

extension Instant {
    /// `2026-11-23T19:04:05Z`: the fraction of a second is dropped.
    package var iso8601: String { iso8601(fraction: "") }

    /// `2026-11-23T19:04:31.120Z`.
    package var iso8601Milliseconds: String {
        let milliseconds = CivilTime(self).microsecond / 1000
        return iso8601(fraction: "." + CivilTime.padded(milliseconds, to: 3))
    }

    private func iso8601(fraction: String) -> String {
        let civil = CivilTime(self)
        let pad = CivilTime.padded
        return "\(pad(civil.year, 4))-\(pad(civil.month, 2))-\(pad(civil.day, 2))"
            + "T\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2))\(fraction)Z"
    }
}

extension CivilTime {
    /// The number in decimal, filled up with zeros on the left.
    package static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number.magnitude)
        let filled = String(repeating: "0", count: max(0, width - digits.count)) + digits
        return number < 0 ? "-" + filled : filled
    }
}
