// Whether a date pattern names a moment: what is left out of it must not make two moments look the same.

/// Looks for what a pattern leaves open that no reader of its dates could know.
struct MomentCheck {
    private let pattern: String
    private let elements: [DatePatternElement]
    private let letters: [DateLetter]

    init(_ pattern: String, _ elements: [DatePatternElement]) {
        self.pattern = pattern
        self.elements = elements
        letters = elements.compactMap { if case .part(let letter, _) = $0 { letter } else { nil } }
    }

    /// Why morning and evening look the same; nil where they do not.
    var halfDayFault: TemplateFault? {
        guard !letters.contains(.halfDay), let half = letters.first(where: Self.halfDayHours.contains) else {
            return nil
        }
        return fault("has \(half.rawValue) without a, so that morning and evening look the same", "write HH, or add a")
    }

    /// What of the time no letter says though a letter for something smaller, or for the hour, stands there.
    var gap: TemplateFault? {
        // Each is of no use without what is larger; only what is smaller may be left out, from the hours on.
        let steps: [(name: String, isThere: Bool)] = [
            ("hours", letters.contains(where: Self.hours.contains)), ("minutes", letters.contains(.minute)),
            ("seconds", letters.contains(.second)), ("fractions of a second", letters.contains(.fraction)),
        ]
        for (larger, smaller) in zip(steps, steps.dropFirst()) where smaller.isThere && !larger.isThere {
            return fault("says \(smaller.name) and no \(larger.name)", slip(missing: larger.name))
        }
        return steps[0].isThere && !steps[1].isThere
            ? fault("says hours and no minutes", slip(missing: "minutes")) : nil
    }

    /// Whether digits stand where letters for a part of the time might: `yyyy-MM-dd HH:00:00`.
    var hasFixedDigits: Bool {
        guard let day = elements.lastIndex(where: { if case .part(.day, _) = $0 { true } else { false } }) else {
            return false
        }
        return elements[day...].contains {
            if case .literal(let text) = $0 { text.contains { $0.isASCII && $0.isNumber } } else { false }
        }
    }

    func checkDay() throws(TemplateFault) {
        guard !Set(letters).isSuperset(of: [.year, .month, .day]) else { return }
        throw fault(
            "does not say year, month and day", "write a pattern such as yyyy-MM-dd HH:mm:ss, or milliseconds")
    }

    /// The letter that was probably meant, where one of the wrong size stands in the pattern.
    private func slip(missing name: String) -> String {
        switch name {
        case "seconds": "write ss for the seconds (S is a fraction of one)"
        default: "write a pattern such as yyyy-MM-dd HH:mm:ss"
        }
    }

    private func fault(_ wrong: String, _ right: String) -> TemplateFault {
        TemplateFault(wrong: "\"\(pattern)\" \(wrong)", right: right)
    }

    private static let hours: Set<DateLetter> = [.hour, .hourFrom1, .halfDayHour, .halfDayHourFrom0]
    private static let halfDayHours: Set<DateLetter> = [.halfDayHour, .halfDayHourFrom0]
}
