// The parts of a date as they stood in a text, before they are one instant.

/// What a text says of a date.
struct WrittenDate {
    private var civil = CivilTime(year: 1970, month: 1, day: 1)
    private var isAfternoon = false
    /// Whether the hour counts to twelve. One that counts to 24 needs no half of the day beside it.
    private var isHalfDayHour = false
    /// Seconds from UTC, where the text names its zone.
    private var offset: Int?

    /// Follows a pattern to the end of the text; nil where the text does not.
    init?(_ text: some StringProtocol, following elements: [DatePatternElement]) {
        var scanner = DateScanner(text)
        for (index, element) in elements.enumerated() {
            switch element {
            case .literal(let literal):
                guard scanner.take(literal) else { return nil }
            case .part(let letter, let count):
                let touchesDigits = index + 1 < elements.count && elements[index + 1].isNumeric
                guard read(letter, count: count, exactly: touchesDigits, from: &scanner) else { return nil }
            }
        }
        guard scanner.isAtEnd else { return nil }
    }

    /// `2019-09-04`, `2019-09-04 03:32`, `2019-09-04T03:32:21.543Z`, `…-06:00`.
    init?(iso8601 text: some StringProtocol) {
        var scanner = DateScanner(text)
        guard let year = scanner.number(digits: 4...4), scanner.take("-"),
            let month = scanner.number(digits: 1...2), scanner.take("-"), let day = scanner.number(digits: 1...2)
        else { return nil }
        civil = CivilTime(year: year, month: month, day: day)
        guard !scanner.isAtEnd else { return }
        guard scanner.takeAny(of: "T", "t", " "), let hour = scanner.number(digits: 1...2), scanner.take(":"),
            let minute = scanner.number(digits: 2...2)
        else { return nil }
        (civil.hour, civil.minute) = (hour, minute)
        if scanner.take(":") {
            guard let second = scanner.number(digits: 2...2) else { return nil }
            civil.second = second
            if scanner.takeAny(of: ".", ",") {
                guard let fraction = scanner.fraction(digits: 1...18) else { return nil }
                civil.microsecond = fraction
            }
        }
        _ = scanner.take(" ")
        offset = scanner.zoneOffset()
        guard scanner.isAtEnd else { return nil }
    }

    /// Whether this is the form that Insightly documents for requests, or as near to it as has been seen to work:
    /// `2019-09-04T03:32:21Z`, with a space, a fraction, an offset or none; or the day alone.
    static func isDocumented(_ text: String) -> Bool {
        var scanner = DateScanner(text)
        func twoDigits(behind separators: String...) -> Bool {
            separators.contains { scanner.take($0) } && scanner.number(digits: 2...2) != nil
        }
        guard scanner.number(digits: 4...4) != nil, twoDigits(behind: "-"), twoDigits(behind: "-") else { return false }
        if scanner.isAtEnd { return true }
        guard twoDigits(behind: "T", " "), twoDigits(behind: ":"), twoDigits(behind: ":") else { return false }
        if scanner.take("."), scanner.fraction(digits: 1...7) == nil { return false }
        if scanner.isAtEnd || scanner.take("Z") { return scanner.isAtEnd }
        return twoDigits(behind: "+", "-") && twoDigits(behind: ":") && scanner.isAtEnd
    }

    /// The instant, in the zone the text names, else in this one; nil for a date that no calendar has.
    func instant(in zone: DateZone) -> Instant? {
        var civil = civil
        if isHalfDayHour {
            guard civil.hour <= 12 else { return nil }
            civil.hour = civil.hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard let shown = civil.instantInUTC else { return nil }
        return offset.map { shown - .seconds($0) } ?? zone.instant(showing: shown)
    }

    private mutating func read(
        _ letter: DateLetter, count: Int, exactly: Bool, from scanner: inout DateScanner
    ) -> Bool {
        func number(atMost most: Int = 2) -> Int? {
            scanner.number(digits: exactly ? count...count : 1...max(count, most))
        }
        switch letter {
        case .year: civil.year = number(atMost: 4).map { count == 2 ? Self.century(of: $0) : $0 } ?? -1
        case .month: civil.month = (count > 2 ? Self.month(named: scanner.word()) : number()) ?? -1
        case .day: civil.day = number() ?? -1
        case .hour, .hourFrom1: civil.hour = number().map { letter == .hourFrom1 ? $0 % 24 : $0 } ?? -1
        case .halfDayHour, .halfDayHourFrom0:
            civil.hour = number() ?? -1
            isHalfDayHour = true
        case .minute: civil.minute = number() ?? -1
        case .second: civil.second = number() ?? -1
        case .fraction:
            civil.microsecond = scanner.fraction(digits: exactly ? count...count : 1...18) ?? -1
        case .weekday:
            let word = scanner.word()
            return word.count >= 3 && DateNames.weekdays.contains { $0.uppercased().hasPrefix(word) }
        case .halfDay:
            let word = scanner.word()
            isAfternoon = word == "PM"
            return word == "AM" || word == "PM"
        case .zoneRFC822, .zoneISO8601, .zoneName:
            offset = scanner.zoneOffset()
            return offset != nil
        }
        return civil.isRead
    }

    /// Two digits of a year mean 1970 to 2069. Java moves this window with the clock; a date would change its meaning.
    private static func century(of year: Int) -> Int {
        year > 99 ? year : year < 70 ? 2000 + year : 1900 + year
    }

    private static func month(named word: String) -> Int? {
        guard word.count >= 3 else { return nil }
        return DateNames.months.firstIndex { $0.uppercased().hasPrefix(word) }.map { $0 + 1 }
    }
}

extension CivilTime {
    /// Whether every number was found: a part that was not is marked by -1.
    fileprivate var isRead: Bool { min(year, month, day, hour, minute, second, microsecond) >= 0 }
}

/// The English names that dates of the web are written with, whatever the machine's language.
enum DateNames {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
