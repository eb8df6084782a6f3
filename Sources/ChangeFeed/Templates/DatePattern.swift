// A date as a configuration describes it: a Java SimpleDateFormat pattern, or a count of milliseconds since 1970.

/// How a resource writes a date, and in which zone.
package struct DatePattern: Sendable, Hashable, CustomStringConvertible {
    /// As configured: `yyyy-MM-dd HH:mm:ss`, or the word `milliseconds`.
    package let pattern: String
    /// The zone of dates that do not name one themselves.
    package let zone: DateZone
    /// Empty for `milliseconds`.
    let elements: [DatePatternElement]
    /// Whether it is the form of nearly all dates: `2019-09-04 03:32:21`.
    private let isUsual: Bool

    /// - Parameters:
    ///   - pattern: letters of `java.text.SimpleDateFormat`, other text in quotes, or the word `milliseconds`.
    ///   - zone: `GMT`, an abbreviation, an offset like `-6:00`, or a place like `America/Denver`.
    ///   - isForRequests: what is only written need not name a moment; whoever reads it may make do with less.
    package init(java pattern: String, zone: String = "GMT", isForRequests: Bool = false) throws(TemplateFault) {
        guard let named = DateZone(name: zone) else {
            throw TemplateFault(
                wrong: "\"\(zone)\" is not a zone known here",
                right: "write GMT, an offset such as -06:00, or a place such as America/Denver")
        }
        // Words copied with a quote too many are told as such, rather than letter by letter.
        guard pattern == DatePattern.millisecondsWord || pattern.filter(\.isLetter) != DatePattern.millisecondsWord
        else {
            throw TemplateFault(
                wrong: "\"\(pattern)\" is the word milliseconds with more around it", right: "write milliseconds")
        }
        self.pattern = pattern
        self.zone = named
        isUsual = pattern == DatePattern.usualPattern
        elements = pattern == DatePattern.millisecondsWord ? [] : try DatePatternElement.elements(of: pattern)
        guard let check = momentCheck else { return }
        if let slip = LetterSlip(pattern, elements) { throw slip.fault }
        try check.checkDay()
        guard !isForRequests else { return }
        if let fault = check.halfDayFault { throw fault }
        if let fault = check.gap, !check.hasFixedDigits { throw fault }
    }

    /// Nil for a count.
    private var momentCheck: MomentCheck? {
        pattern == DatePattern.millisecondsWord ? nil : MomentCheck(pattern, elements)
    }

    /// Why what is written does not name one moment; nil where it does.
    var momentFault: TemplateFault? { momentCheck.flatMap { $0.halfDayFault ?? $0.gap } }

    /// What works, but probably not as meant: digits instead of a part of the time.
    package var remark: TemplateFault? {
        momentCheck?.gap.map {
            TemplateFault(
                wrong: "\($0.wrong), so that only dates with just these digits follow it; others are read as ISO 8601",
                right: $0.right)
        }
    }

    private init(pattern: String, zone: DateZone, elements: [DatePatternElement]) {
        self.pattern = pattern
        self.zone = zone
        self.elements = elements
        isUsual = pattern == DatePattern.usualPattern
    }

    /// The same pattern for clocks that show UTC.
    var inUTC: DatePattern { DatePattern(pattern: pattern, zone: .gmt, elements: elements) }

    /// For numbers that count milliseconds since 1970.
    static let millisecondsWord = "milliseconds"

    private static let usualPattern = "yyyy-MM-dd HH:mm:ss"

    /// `2019-09-04 03:32:21`, in UTC: how Insightly writes every date of a record.
    package static let insightly = constant(usualPattern)

    /// `2019-09-04T03:32:21Z`: how Insightly documents dates in a request.
    package static let iso8601 = constant("yyyy-MM-dd'T'HH:mm:ss'Z'")

    private static func constant(_ pattern: String) -> DatePattern {
        do { return try DatePattern(java: pattern) } catch { preconditionFailure("\(error)") }
    }

    /// The instant written in `text`, or nil where it is not written like this.
    ///
    /// A text that does not follow the pattern is read as an ISO 8601 date if it is one, with a space or a T, with or
    /// without a fraction: Insightly has been seen to send `2019-09-04T03:32:21.543` where it normally sends
    /// `2019-09-04 03:32:21`.
    package func parse(_ text: some StringProtocol) -> Instant? {
        guard pattern != DatePattern.millisecondsWord else { return DatePattern.millisecondsSince1970(text) }
        return WrittenDate(text, following: elements)?.instant(in: zone)
            ?? WrittenDate(iso8601: text)?.instant(in: zone)
    }

    /// The same of a text in UTF-8. Two dates of each record are read: the usual form needs no text to be made.
    func parse(utf8 bytes: ArraySlice<UInt8>) -> Instant? {
        if isUsual, let shown = CivilTime(usual: bytes)?.instantInUTC { return zone.instant(showing: shown) }
        return parse(String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a time as people and programs write it without being told how: an ISO 8601 date, with or without time,
    /// fraction and offset; UTC where it names no offset.
    package static func parseISO8601(_ text: some StringProtocol) -> Instant? {
        WrittenDate(iso8601: text)?.instant(in: .gmt)
    }

    private static func millisecondsSince1970(_ text: some StringProtocol) -> Instant? {
        if let count = Int64(text) {
            let (microseconds, overflow) = count.multipliedReportingOverflow(by: 1000)
            return overflow ? nil : Instant(calculable: microseconds)
        }
        guard let count = Double(text), abs(count) < 9e15 else { return nil }
        return Instant(calculable: Int64(count * 1000))
    }

    package var description: String { pattern }
}
