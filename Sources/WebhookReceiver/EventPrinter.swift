// Events as people read them: one line for the event, one for each field that changed.

import ReceivedEvents
import ChangeFeed

/// Writes an exchange as text. What comes from outside cannot steer the terminal it is printed on.
package struct EventPrinter: Sendable {
    /// With colours, for a terminal.
    package var isColoured: Bool
    /// Characters of a value that are shown.
    package var longestValue = 72

    package init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// Lines, each with its newline. For example:
    ///
    ///     19:04:31.250  contact.updated  #42  contacts/366638973  evt_1a2b  after 0.130 s
    ///       /LAST_NAME  "Huber" → "Hubert"
    package func text(of exchange: ReceivedExchange) -> String {
        let request = exchange.request
        let time = String(request.arrivedAt.iso8601Milliseconds.dropFirst("2026-11-23T".count).dropLast())
        var words = [paint(time, .dim)]
        if let event = request.event {
            words.append(paint(clean(event.type), .kind(of: event.type)))
            if let sequence = event.sequence { words.append("#\(sequence)") }
            if let account = event.account { words.append(clean(account)) }
            words.append(clean(event.recordName))
            if event.isRestored { words.append("restored") }
        } else {
            words.append("\(request.body.count) bytes that are no event")
        }
        words.append(paint(clean(request.webhookID ?? "no webhook-id"), .dim))
        if let detected = request.event?.detectedAt {
            words.append("after \(Self.seconds(request.arrivedAt - detected))")
        }
        if request.header("webhook-replay") != nil { words.append("replay") }
        if let note = note(on: exchange) { words.append(paint(note, .warning)) }
        let lines = exchange.isAccepted && !exchange.isDuplicate ? changes(of: request.event) : []
        return ([words.joined(separator: "  ")] + lines).map { $0 + "\n" }.joined()
    }

    private func note(on exchange: ReceivedExchange) -> String? {
        if let fault = exchange.request.fault { return "NOT VERIFIED: \(fault.explanation)" }
        switch exchange.outcome {
        case .accepted: return exchange.isDuplicate ? "again" : nil
        case .refused(let status): return "answered \(status)"
        case .dropped: return "connection closed without an answer"
        case .abandoned: return "its sender gave up"
        }
    }

    private func changes(of event: ReceivedEvent?) -> [String] {
        (event?.changes ?? []).map { change in
            let path = "  " + clean(change.path) + "  "
            switch (change.from, change.to) {
            case (let from?, let to?): return path + shown(from, .old) + " → " + shown(to, .new)
            case (nil, let to?): return path + "+ " + shown(to, .new)
            case (let from?, nil): return path + "- " + shown(from, .old)
            case (nil, nil): return path
            }
        }
    }

    private func shown(_ value: RawJSON, _ colour: Colour) -> String {
        let text = String(decoding: value.bytes, as: UTF8.self)
        let cut = text.count > longestValue ? text.prefix(longestValue - 1) + "…" : text[...]
        return paint(clean(String(cut)), colour)
    }

    /// Characters that a terminal obeys instead of showing, and those that reorder text, by their number.
    private func clean(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                // The joiner is half of many emoji, and harmless.
                plain += scalar == "\u{200D}" ? "\u{200D}" : "\\u{\(String(scalar.value, radix: 16))}"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    /// `0.130 s`; a clock that runs behind the sender's shows a negative time.
    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.microseconds / 1000
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        return "\(milliseconds < 0 ? "-" : "")\(whole).\(CivilTime.padded(Int(rest), to: 3)) s"
    }

    // MARK: - Colours

    private enum Colour: String {
        case dim = "2"
        case new = "32"
        case changed = "36"
        case old = "31"
        case warning = "33"

        static func kind(of type: String) -> Colour {
            type.hasSuffix(".created") ? .new : type.hasSuffix(".deleted") ? .old : .changed
        }
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension ReceiverSummary {
    /// What `listen` says at its end, one fact a line.
    package var report: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
        var lines = [
            count(distinct, "event", "events") + " in " + count(requests, "request", "requests")
                + ", at most \(mostInFlight) at once"
        ]
        if duplicates > 0 { lines.append(count(duplicates, "duplicate", "duplicates") + " of events already taken") }
        if failed > 0 { lines.append(count(failed, "request", "requests") + " failed on purpose") }
        if abandoned > 0 { lines.append(count(abandoned, "sender", "senders") + " gave up waiting for the answer") }
        if unverified > 0 { lines.append(count(unverified, "request", "requests") + " without a valid signature") }
        if alteredBodies > 0 { lines.append(count(alteredBodies, "event", "events") + " sent again with other bytes") }
        if outOfOrder > 0 {
            lines.append(count(outOfOrder, "event", "events") + " after a later one of the same record")
        }
        if overlaps > 0 { lines.append(count(overlaps, "request", "requests") + " beside another of the same record") }
        if let text = sequences.text { lines.append(text) }
        for (account, sequences) in sequencesOfAccounts.sorted(by: { $0.key < $1.key }) {
            if let text = sequences.text { lines.append("\(account.escapingHidden()): \(text)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension SequenceRanges {
    /// Nil where there is none.
    fileprivate var text: String? {
        guard let first = ranges.first, let last = ranges.last else { return nil }
        return "sequence \(first.lowerBound) to \(last.upperBound), " + gapText
    }

    private var gapText: String {
        guard !gaps.isEmpty else { return "without a gap" }
        let shown = gaps.prefix(5).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
        return "missing " + shown.joined(separator: ", ") + (gaps.count > 5 ? " and more" : "")
    }
}
