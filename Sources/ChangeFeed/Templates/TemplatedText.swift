// Text with places for the time of the last poll: what stands between `${` and `}` in a poll URL.

/// A text and the times to be written into it.
struct TemplatedText: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case time(TimeExpression)
    }

    let pieces: [Piece]

    var mentionsTime: Bool {
        pieces.contains { if case .time = $0 { true } else { false } }
    }

    func expanded(at instant: Instant) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let literal): text += literal
            case .time(let expression): text += expression.text(of: instant)
            }
        }
    }
}

/// One way to write the time of the last poll.
enum TimeExpression: Sendable, Hashable {
    case date(DatePattern)
    /// A count since 1970 of units of this many microseconds.
    case epoch(unitMicroseconds: Int64)

    func text(of instant: Instant) -> String {
        switch self {
        case .date(let pattern): pattern.format(instant)
        case .epoch(let unit): String(instant.microsecondsSince1970 / unit)
        }
    }

    /// Reads what stands between the braces.
    ///
    /// `date` is the zone of the server in the vendor's documentation, and its servers run GMT; a date without a
    /// format is undocumented, and written as ISO 8601 here.
    init(parsing expression: String) throws(TemplateFault) {
        let (name, rest) = TimeExpression.split(expression)
        switch name.lowercased() {
        case "gmtdate", "date":
            let pattern = rest.isEmpty ? DatePattern.iso8601.pattern : rest
            self = .date(try DatePattern(java: pattern, isForRequests: true))
        case "datetimezone":
            let (zone, format) = TimeExpression.splitZone(rest)
            if zone.contains("{") {
                throw TemplateFault(
                    wrong: "\(zone) in ${\(expression)} is a place to fill in", right: "write a zone such as GMT there")
            }
            let pattern = format.isEmpty ? "yyyy-MM-dd'T'HH:mm:ssXXX" : format
            self = .date(try DatePattern(java: pattern, zone: zone, isForRequests: true))
        case "epoch":
            guard let unit = ["": 1000, "ms": 1000, "s": 1_000_000, "us": 1][rest] else {
                throw TemplateFault(
                    wrong: "${\(expression)} has the unit \"\(rest)\"",
                    right: "write ${epoch:s}, ${epoch:ms} or ${epoch:us}")
            }
            self = .epoch(unitMicroseconds: Int64(unit))
        default:
            throw TemplateFault(
                wrong: "${\(expression)} is not a known template",
                right: "write ${gmtDate:FORMAT}, ${date:FORMAT}, ${dateTimeZone:ZONE:FORMAT}, ${epoch} or ${epoch:s}")
        }
    }

    private static func split(_ text: String) -> (before: String, after: String) {
        guard let colon = text.firstIndex(of: ":") else { return (text, "") }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// `-6:00:yyyy…` is split behind the offset, which has a colon of its own.
    private static func splitZone(_ text: String) -> (zone: String, format: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        let isOffset = parts[0].contains { $0 == "+" || $0 == "-" } && !parts[0].contains("/")
        if parts.count > 1, isOffset, parts[1].count == 2, parts[1].allSatisfy(\.isNumber) {
            return (parts[0] + ":" + parts[1], parts.count > 2 ? parts[2] : "")
        }
        let (zone, format) = split(text)
        return (zone, format)
    }
}
