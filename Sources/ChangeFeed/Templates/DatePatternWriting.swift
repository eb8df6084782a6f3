// Writing an instant as a date pattern says.

extension DatePattern {
    /// The instant as text. What the pattern has no letters for, such as a fraction, is dropped towards the past.
    package func format(_ instant: Instant) -> String {
        guard pattern != DatePattern.millisecondsWord else {
            return String((instant.microsecondsSince1970 - Int64(CivilTime(instant).microsecond % 1000)) / 1000)
        }
        let offset = zone.offset(at: instant)
        let shown = instant + .seconds(offset)
        let moment = ShownMoment(civil: CivilTime(shown), weekday: CivilTime.weekday(of: shown), offset: offset)
        return elements.reduce(into: "") { text, element in
            switch element {
            case .literal(let literal): text += literal
            case .part(let letter, let count): text += moment.text(of: letter, count: count)
            }
        }
    }
}

/// What clocks and calendars of one zone show.
private struct ShownMoment {
    let civil: CivilTime
    /// 0 is Sunday.
    let weekday: Int
    /// Seconds from UTC.
    let offset: Int

    func text(of letter: DateLetter, count: Int) -> String {
        let pad = CivilTime.padded
        return switch letter {
        case .year: count == 2 ? pad(civil.year % 100, 2) : pad(civil.year, count)
        case .month: count < 3 ? pad(civil.month, count) : Self.name(DateNames.months[civil.month - 1], count)
        case .day: pad(civil.day, count)
        case .weekday: Self.name(DateNames.weekdays[weekday], count)
        case .hour: pad(civil.hour, count)
        case .hourFrom1: pad(civil.hour == 0 ? 24 : civil.hour, count)
        case .halfDayHour: pad((civil.hour + 11) % 12 + 1, count)
        case .halfDayHourFrom0: pad(civil.hour % 12, count)
        case .halfDay: civil.hour < 12 ? "AM" : "PM"
        case .minute: pad(civil.minute, count)
        case .second: pad(civil.second, count)
        case .fraction: String((pad(civil.microsecond, 6) + "000").prefix(count))
        case .zoneRFC822: distance(separator: "")
        case .zoneISO8601: offset == 0 ? "Z" : isoDistance(count)
        case .zoneName: offset == 0 ? "GMT" : "GMT" + distance(separator: ":")
        }
    }

    /// Fewer than four letters ask for the short name.
    private static func name(_ name: String, _ count: Int) -> String {
        count < 4 ? String(name.prefix(3)) : name
    }

    private func isoDistance(_ count: Int) -> String {
        count == 1 ? String(distance(separator: "").prefix(3)) : distance(separator: count == 2 ? "" : ":")
    }

    private func distance(separator: String) -> String {
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + CivilTime.padded(minutes / 60, to: 2) + separator
            + CivilTime.padded(minutes % 60, to: 2)
    }
}
