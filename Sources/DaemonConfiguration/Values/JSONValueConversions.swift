// From JSON to the types of the settings: the same for `15` and "15", `true` and "true".

import ChangeFeed

extension JSONValue {
    func asBool() throws(ValueFault) -> Bool {
        switch self {
        case .bool(let value): return value
        case .string(let text) where ["true", "false"].contains(text.trimmed.lowercased()):
            return text.trimmed.lowercased() == "true"
        default: throw ValueFault(wrong: "\(shown) is neither true nor false", right: "write true or false")
        }
    }

    func asText() throws(ValueFault) -> String {
        guard case .string(let text) = self, !text.isEmpty else {
            throw ValueFault(wrong: "\(shown) is not a text", right: "write a text in double quotes")
        }
        return text
    }

    /// A finite number that `allowed` accepts; `what` completes "… is not".
    ///
    /// - Parameter most: what is larger is told that it is too large, rather than that it is no such number.
    func asNumber(
        _ what: String, most: Double = .infinity, where allowed: (Double) -> Bool, right: String
    ) throws(ValueFault) -> Double {
        if let number, number > most {
            throw ValueFault(wrong: "\(shown) is more than \(Int(most))", right: right)
        }
        guard let number, allowed(number) else { throw ValueFault(wrong: "\(shown) is not \(what)", right: right) }
        return number
    }

    func asInteger(_ what: String, in range: ClosedRange<Int>, right: String) throws(ValueFault) -> Int {
        let number = try asNumber(
            what, most: Double(range.upperBound), where: { $0 == $0.rounded() && abs($0) < 9e15 }, right: right)
        guard range.contains(Int(number)) else { throw ValueFault(wrong: "\(shown) is not \(what)", right: right) }
        return Int(number)
    }

    private var number: Double? {
        switch self {
        case .number(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        case .string(let text) where text.trimmed.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }:
            Double(text.trimmed).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// `15` minutes, or `auto`. The longest is the platform's own "practically never".
    func asPollInterval() throws(ValueFault) -> PollInterval {
        if case .string(let text) = self, text.trimmed == "auto" { return .auto }
        let longest = 999_999_999.0
        if let number, number > longest {
            throw ValueFault(
                wrong: "\(shown) is more than \(Int(longest)) minutes", right: "write \(Int(longest)) or less")
        }
        let minutes = try asNumber(
            "a number of minutes", where: { $0 >= 0.000_001 },
            right: "write a number above 0, such as 15, or \"auto\"")
        return .every(.microseconds(Int64((minutes * 60_000_000).rounded())))
    }

    /// Whole seconds, as the platform writes delays.
    func asSeconds() throws(ValueFault) -> Duration {
        .seconds(
            try asInteger(
                "a number of whole seconds", in: 0...31_536_000,
                right: "write a number of seconds without a unit, such as 10"))
    }

    /// `200ms`, `5s`, `2m`, `1h`, `30d`, of ten years at most.
    func asDuration(zeroAllowed: Bool = true) throws(ValueFault) -> Duration {
        let units: [(suffix: String, microseconds: Double)] = [
            ("ms", 1e3), ("s", 1e6), ("m", 60e6), ("h", 3600e6), ("d", 86_400e6),
        ]
        guard case .string(let text) = self, let unit = units.first(where: { text.trimmed.hasSuffix($0.suffix) }),
            let count = JSONValue.string(String(text.trimmed.dropLast(unit.suffix.count))).number, count >= 0
        else {
            throw ValueFault(
                wrong: "\(shown) is not a duration",
                right: "write a number and its unit, such as 200ms, 5s, 2m, 1h or 30d")
        }
        guard count * unit.microseconds <= 3650 * 86_400e6 else {
            throw ValueFault(wrong: "\(shown) is longer than 3650d", right: "write 3650d or less")
        }
        let duration = Duration.microseconds(Int64((count * unit.microseconds).rounded()))
        guard zeroAllowed || duration > .zero else {
            throw ValueFault(wrong: "\(shown) is no time at all", right: "write a duration above 0, such as 15s")
        }
        return duration
    }

    /// One of the words of an enumeration.
    func asChoice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) throws(ValueFault) -> Choice where Choice.RawValue == String {
        if case .string(let text) = self, let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map { "\"\($0.rawValue)\"" }
        throw ValueFault(wrong: "\(shown) is not known here", right: "write \(words.joinedByOr)")
    }

    /// An object, or a text that holds one: the platform's forms store JSON as text.
    func asObject(_ what: String) throws(ValueFault) -> JSONObject {
        switch self {
        case .object(let object): return object
        case .string(let text): return try JSONValue.embeddedObject(text, what)
        default: throw ValueFault(wrong: "\(shown) is not \(what)", right: "write an object in braces")
        }
    }

    private static func embeddedObject(_ text: String, _ what: String) throws(ValueFault) -> JSONObject {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: Array(text.utf8)) } catch {
            throw ValueFault(
                wrong: "the JSON in this text is broken at line \(error.line), column \(error.column)",
                right: "put there \(error.expected)")
        }
        if let repeated = document.repeatedNames.first {
            throw ValueFault(
                wrong: "the JSON in this text has \"\(repeated.path.joined(separator: "."))\" twice", right: "keep one")
        }
        guard case .object(let object) = document.root else {
            throw ValueFault(wrong: "the JSON in this text is not \(what)", right: "write an object in braces")
        }
        return object
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension [String] {
    /// `a, b or c`
    var joinedByOr: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
    }
}
