// The letters of month and minutes in each other's place: MM is the month, mm are the minutes.

/// Tells such a pattern from one that is merely unusual.
///
/// The parts of a date stand together, and so do those of a time, in whatever order. Where those of the date do not, or
/// the month is missing, and exchanging M and m would put both together, the letters were mistaken. No other pattern is
/// touched: not one whose date is in one piece, nor one that no exchange puts right.
struct LetterSlip {
    /// What is wrong, with the pattern that was meant.
    let fault: TemplateFault

    private typealias Part = (letter: DateLetter, count: Int)

    /// Nil where the letters stand where they belong, as far as can be told.
    init?(_ pattern: String, _ elements: [DatePatternElement]) {
        let parts = elements.compactMap { element -> Part? in
            // A zone may stand anywhere.
            guard case .part(let letter, let count) = element, !Self.zones.contains(letter) else { return nil }
            return (letter, count)
        }
        let letters = parts.map(\.letter)
        guard !letters.contains(.month) || !Self.isInOnePiece(letters, Self.isOfDate) else { return nil }
        let runs = parts.indices.filter { Self.exchanged[parts[$0].letter] != nil }
        // Three letters of a month are its name, and meant.
        let mistakable = runs.filter { parts[$0].letter == .minute || parts[$0].count < 3 }
        guard mistakable.count <= Self.mostMistakable else { return nil }
        // What asks for the fewest exchanges is what was meant.
        let choices = (0..<1 << mistakable.count).sorted {
            ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1)
        }
        let choice = choices.lazy.map { choice in
            mistakable.indices.filter { choice & 1 << $0 != 0 }.map { mistakable[$0] }
        }.first { mistaken in
            let meant = mistaken.reduce(into: letters) { $0[$1] = Self.exchanged[$0[$1]] ?? $0[$1] }
            // Where both stand there, in whatever place, both are meant.
            return Self.isRight(meant) && (runs.count == 1 || meant.contains(.minute))
        }
        guard let choice else { return nil }
        fault = Self.fault(
            of: pattern, parts, mistaken: choice,
            meant: Self.corrected(pattern, Set(choice.compactMap(runs.firstIndex))))
    }

    /// Enough for any pattern that somebody means.
    private static let mostMistakable = 4
    private static let exchanged: [DateLetter: DateLetter] = [.month: .minute, .minute: .month]
    private static let zones: Set<DateLetter> = [.zoneRFC822, .zoneISO8601, .zoneName]

    private static func isOfDate(_ letter: DateLetter) -> Bool { [.year, .month, .day, .weekday].contains(letter) }

    private static func isInOnePiece(_ letters: [DateLetter], _ belongs: (DateLetter) -> Bool) -> Bool {
        guard let first = letters.firstIndex(where: belongs), let last = letters.lastIndex(where: belongs) else {
            return true
        }
        return letters[first...last].allSatisfy(belongs)
    }

    private static func isRight(_ letters: [DateLetter]) -> Bool {
        Set(letters).isSuperset(of: [.year, .month, .day]) && letters.count(where: { $0 == .minute }) <= 1
            && isInOnePiece(letters, isOfDate) && isInOnePiece(letters) { !isOfDate($0) }
    }

    /// The pattern with some of its runs of m and M, counted from its beginning, in the other case; quoted text stays.
    private static func corrected(_ pattern: String, _ mistaken: Set<Int>) -> String {
        var (text, run, isQuoted) = ("", -1, false)
        var before: Character?
        for character in pattern {
            if character == "'" { isQuoted.toggle() }
            let isOfRun = !isQuoted && character.lowercased() == "m"
            if isOfRun, character != before { run += 1 }
            let isMistaken = isOfRun && mistaken.contains(run)
            text += isMistaken ? (character == "m" ? "M" : "m") : String(character)
            before = character
        }
        return text
    }

    private static func fault(
        of pattern: String, _ parts: [Part], mistaken: [Int], meant: String
    ) -> TemplateFault {
        func run(_ letter: DateLetter) -> String? {
            mistaken.first { parts[$0].letter == letter }.map {
                String(repeating: letter.rawValue, count: parts[$0].count)
            }
        }
        let (minutes, month) = (run(.minute), run(.month))
        let wrong = [
            minutes.map { "\($0), the minutes, where the month belongs" },
            month.map { "\($0), the month, where the minutes belong" },
        ]
        let right = [
            minutes.map { "\($0.uppercased()) for the month" }, month.map { "\($0.lowercased()) for the minutes" },
        ]
        return TemplateFault(
            wrong: "\"\(pattern)\" has " + wrong.compactMap(\.self).joined(separator: ", and "),
            right: "write " + right.compactMap(\.self).joined(separator: " and ") + ": \(meant)")
    }
}
