// The time of the last poll in a parameter of a request: written so that Insightly reads the moment that is meant.

/// What is written into `updated_after_utc`.
///
/// Insightly takes a time there as UTC unless an offset stands beside it. The clock of another zone would ask for the
/// future east of Greenwich, so that no poll sees anything, and for hours too many west of it.
struct RequestTime {
    let text: TemplatedText
    /// What works, but probably not as meant.
    let remarks: [TemplateFault]

    init(_ given: TemplatedText) throws(TemplateFault) {
        if given == Self.usual.text { self = Self.usual } else { try self.init(examining: given) }
    }

    private init(examining given: TemplatedText) throws(TemplateFault) {
        for pattern in given.patterns { try pattern.checkForRequest() }
        var text = given
        var remarks: [TemplateFault] = []
        if let zoned = given.patterns.first(where: { !$0.carriesOffset }), !Self.isReadAsMeant(given) {
            text = given.inUTC
            if !zoned.zone.isUTC { remarks.append(Self.writtenInUTC(zoned)) }
        }
        if let fault = given.patterns.lazy.compactMap(\.momentFault).first {
            guard Self.isNeverLater(text) else { throw fault }
            remarks.append(
                TemplateFault(
                    wrong:
                        "\(fault.wrong); the time written is earlier than the one meant, so that polls read more again",
                    right: fault.right))
        }
        if let remark = try Self.remark(on: text) { remarks.append(remark) }
        self.text = text
        self.remarks = remarks
    }

    /// As nearly every resource of every account has it: examined once for all of them.
    private static let usual: RequestTime = {
        do {
            return try RequestTime(examining: TemplatedText(pieces: [.time(TimeExpression(parsing: "gmtDate"))]))
        } catch { preconditionFailure("\(error)") }
    }()

    private static let documented = "${gmtDate:\(DatePattern.iso8601.pattern)}"

    private static func writtenInUTC(_ pattern: DatePattern) -> TemplateFault {
        TemplateFault(
            wrong: "the time is written in UTC and not in the zone that is named, for Insightly reads "
                + "\(URLTemplate.updatedAfter) as UTC and \"\(pattern.pattern)\" does not carry the offset",
            right: "write \(documented), or add XXX to the pattern")
    }

    /// Whether every moment is written so that it is read as itself, up to the seconds that a pattern may leave out.
    private static func isReadAsMeant(_ text: TemplatedText) -> Bool {
        samples.allSatisfy { sample in
            guard let read = reading(of: text, at: sample) else { return false }
            return read <= sample && sample - read < .minutes(1)
        }
    }

    /// Whether what is written is sure to be read, and as no later a time than is meant: it may say less then.
    private static func isNeverLater(_ text: TemplatedText) -> Bool {
        samples.allSatisfy { sample in
            guard WrittenDate.isDocumented(text.expanded(at: sample)), let read = reading(of: text, at: sample) else {
                return false
            }
            return read <= sample
        }
    }

    private static func reading(of text: TemplatedText, at sample: Instant) -> Instant? {
        WrittenDate(iso8601: text.expanded(at: sample))?.instant(in: .gmt)
    }

    /// What is to be said of a text that no zone makes wrong any more.
    private static func remark(on text: TemplatedText) throws(TemplateFault) -> TemplateFault? {
        var mostTooEarly: Duration = .zero
        for sample in samples {
            let written = text.expanded(at: sample)
            guard let read = WrittenDate(iso8601: written)?.instant(in: .gmt) else {
                // Other forms may mean something to Insightly; this one is known, and so is what it cannot say.
                guard !WrittenDate.isDocumented(written) else {
                    throw TemplateFault(
                        wrong: "\(DatePattern.iso8601.format(sample)) is written as \"\(written)\", a time that is not",
                        right: "write \(documented)")
                }
                continue
            }
            guard read <= sample else {
                throw TemplateFault(
                    wrong:
                        "\(DatePattern.iso8601.format(sample)) is written as \"\(written)\", which Insightly reads as "
                        + "a later time",
                    right: "write \(documented)")
            }
            mostTooEarly = max(mostTooEarly, sample - read)
        }
        if samples.contains(where: { !WrittenDate.isDocumented(text.expanded(at: $0)) }) {
            return TemplateFault(
                wrong:
                    "the time is written as \"\(text.expanded(at: samples[0]))\", a form that Insightly does not document",
                right: "write \(documented)")
        }
        guard mostTooEarly >= .hours(1) else { return nil }
        return TemplateFault(
            wrong:
                "the time written is up to \(Int(mostTooEarly.inSeconds / 3_600) + 1) hours earlier than the one meant, "
                + "so that polls read so much again",
            right: "write \(documented)")
    }

    /// Every hour of the day, soon after it, within it, and soon before the next, winter and summer, days and months
    /// beyond twelve and not.
    private static let samples: [Instant] = (0..<48).map { step in
        Instant(microsecondsSince1970: 1_768_169_730_500_000) + .hours(step * 181) + .minutes([0, -15, 44][step % 3])
    }
}

extension TemplatedText {
    fileprivate var patterns: [DatePattern] {
        pieces.compactMap { if case .time(.date(let pattern)) = $0 { pattern } else { nil } }
    }

    /// The same with every clock that does not say its offset showing UTC.
    fileprivate var inUTC: TemplatedText {
        TemplatedText(
            pieces: pieces.map { piece in
                guard case .time(.date(let pattern)) = piece, !pattern.carriesOffset else { return piece }
                return .time(.date(pattern.inUTC))
            })
    }
}

extension DatePattern {
    /// Whether the text says how far its clock is from UTC. A single X writes whole hours, which not every zone has; z
    /// writes what may be a name.
    fileprivate var carriesOffset: Bool {
        guard pattern != DatePattern.millisecondsWord else { return true }
        return elements.contains { element in
            switch element {
            case .part(.zoneRFC822, _): return true
            case .part(.zoneISO8601, let count): return count > 1 || zone.isWholeHours
            default: return false
            }
        }
    }

    /// Records can be read by these letters, but Insightly reads a request and knows neither.
    fileprivate func checkForRequest() throws(TemplateFault) {
        for element in elements {
            switch element {
            case .part(.hourFrom1, _):
                throw TemplateFault(
                    wrong: "\"\(pattern)\" has k, which writes the first hour of a day as 24",
                    right: "write HH in a URL")
            case .part(.year, 2):
                throw TemplateFault(
                    wrong: "\"\(pattern)\" writes two digits of the year", right: "write yyyy in a URL")
            default: continue
            }
        }
    }
}

extension DateZone {
    fileprivate var isUTC: Bool { self == .gmt }

    fileprivate var isWholeHours: Bool {
        if case .fixed(let seconds) = self { seconds % 3_600 == 0 } else { false }
    }
}
