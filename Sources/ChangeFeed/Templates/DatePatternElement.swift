// The parts of a Java date pattern: literal text, and letters that stand for parts of a date.

/// One part of a pattern, in the order written.
enum DatePatternElement: Sendable, Hashable {
    case literal(String)
    /// A run of one letter: `yyyy` is the year, four times.
    case part(DateLetter, count: Int)

    /// Whether it reads digits, so that a run of digits before it has to be split by width.
    var isNumeric: Bool {
        switch self {
        case .literal: false
        case .part(.month, let count): count <= 2
        case .part(let letter, _): letter.isNumeric
        }
    }
}

/// The letters of `java.text.SimpleDateFormat` that a date of an API can need.
enum DateLetter: Character, Sendable, CaseIterable {
    case year = "y"
    case month = "M"
    case day = "d"
    case weekday = "E"
    case hour = "H"
    /// 1…24
    case hourFrom1 = "k"
    /// 1…12, with `a`
    case halfDayHour = "h"
    /// 0…11, with `a`
    case halfDayHourFrom0 = "K"
    case halfDay = "a"
    case minute = "m"
    case second = "s"
    /// Digits of a fraction of the second. Java means milliseconds by any number of them; the two agree on `SSS`.
    case fraction = "S"
    /// `-0700`
    case zoneRFC822 = "Z"
    /// `-07`, `-0700`, `-07:00` by count; `Z` for UTC
    case zoneISO8601 = "X"
    /// `GMT-07:00`
    case zoneName = "z"

    var isNumeric: Bool {
        switch self {
        case .weekday, .halfDay, .zoneRFC822, .zoneISO8601, .zoneName: false
        default: true
        }
    }

    /// Java gives a meaning to fewer letters than this; more is a slip of the hand.
    var largestCount: Int {
        switch self {
        case .fraction: 9
        case .zoneISO8601: 3
        case .year, .month, .weekday: 5
        default: 4
        }
    }
}

extension DatePatternElement {
    /// Takes a pattern apart.
    static func elements(of pattern: String) throws(TemplateFault) -> [DatePatternElement] {
        var elements: [DatePatternElement] = []
        var literal = ""
        var rest = Substring(pattern)
        func closeLiteral() {
            if !literal.isEmpty { elements.append(.literal(literal)) }
            literal = ""
        }
        while let character = rest.first {
            if character == "'" {
                literal += try quoted(&rest, of: pattern)
            } else if character.isASCII, character.isLetter {
                closeLiteral()
                let run = rest.prefix { $0 == character }
                rest = rest.dropFirst(run.count)
                elements.append(try part(character, count: run.count, of: pattern))
            } else {
                literal.append(rest.removeFirst())
            }
        }
        closeLiteral()
        return elements
    }

    /// Text between quotes; two quotes are one quote, inside a quoted text and outside.
    private static func quoted(_ rest: inout Substring, of pattern: String) throws(TemplateFault) -> String {
        rest.removeFirst()
        if rest.first == "'" { return String(rest.removeFirst()) }
        var text = ""
        while let character = rest.popFirst() {
            guard character == "'" else {
                text.append(character)
                continue
            }
            guard rest.first == "'" else { return text }
            text.append(rest.removeFirst())
        }
        throw TemplateFault(
            wrong: "\"\(pattern)\" has a quote that is not closed",
            right: pattern.hasSuffix("'")
                ? "leave out the last quote: \(pattern.dropLast())" : "close it with another '")
    }

    private static func part(
        _ character: Character, count: Int, of pattern: String
    ) throws(TemplateFault) -> DatePatternElement {
        guard let letter = DateLetter(rawValue: character) else {
            let right =
                switch character {
                case "Y": "write y for the year (Y is the year of the week)"
                case "D": "write d for the day of the month (D is the day of the year)"
                case "T": "write 'T' in quotes for the letter itself"
                case "n", "N": "write S for fractions of a second"
                default:
                    "write the letters y M d E H k h K a m s S Z X z, quote other text like 'T', or write milliseconds"
                }
            throw TemplateFault(
                wrong: "\"\(pattern)\" has the letter \(character), which is no part of a date here", right: right)
        }
        guard count <= letter.largestCount else {
            throw TemplateFault(
                wrong: "\"\(pattern)\" has \(character) \(count) times",
                right: "write \(character) at most \(letter.largestCount) times")
        }
        return .part(letter, count: count)
    }
}
