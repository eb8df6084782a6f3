// Events of the log: a line each, a table on a terminal, and one of them to be read.

import ChangeFeed
import Operations
import ReceivedEvents

extension EventReport {
    /// Whole, in columns of their own width.
    package var line: String { "#\(sequence)  \(detectedAt)  \(type)  \(resource)/\(record)  \(id)".escapingHidden() }

    /// The same, painted, and no wider than the terminal; of what comes one by one nobody knows how wide a table would be.
    package func line(on screen: Screen) -> String {
        guard let width = screen.width else { return line }
        let whole =
            Phrase("#\(sequence)  \(detectedAt)  ", .dim) + Phrase(type, .kind(of: type))
            + Phrase("  \(resource)/\(record)") + Phrase("  \(id)", .dim)
        return whole.cut(to: width).text(on: screen)
    }

    /// What it is, in a few lines; the diff and the body come after it.
    package func heading(on screen: Screen) -> [String] {
        [
            Phrase("#\(sequence)", .strong) + "  " + Phrase(type, .kind(of: type)) + "  "
                + Phrase("\(resource)/\(record)", .strong),
            Phrase("\(id)  detected \(detectedAt)", .dim),
        ].map { $0.text(on: screen) }
    }
}

package enum EventText {
    /// A table with heads on a terminal, a whole line each elsewhere.
    package static func list(_ events: [EventReport], on screen: Screen) -> [String] {
        guard screen.isTerminal, !events.isEmpty else { return events.map(\.line) }
        var table = Table([
            .init("#", isNumber: true), .init("DETECTED"), .init("TYPE"), .init("RECORD", least: 12),
            .init("EVENT", least: 12, isSpare: true),
        ])
        for event in events {
            table.add([
                Phrase("\(event.sequence)"), Phrase(event.detectedAt, .dim), Phrase(event.type, .kind(of: event.type)),
                Phrase("\(event.resource)/\(event.record)"), Phrase(event.id, .dim),
            ])
        }
        return table.lines(on: screen)
    }

    /// One event: what it is, what changed, and its body.
    ///
    /// - Parameter body: in format `standard`.
    package static func whole(_ event: EventReport, body: [UInt8], on screen: Screen) -> [String] {
        event.heading(on: screen) + changes(body, on: screen)
    }

    /// What changed, between empty lines, and the body after it.
    static func changes(_ body: [UInt8], on screen: Screen) -> [String] {
        let changes = ReceivedEvent(body: body)?.changeLines(on: screen) ?? []
        return [""] + changes + (changes.isEmpty ? [] : [""]) + [Phrase("BODY", .dim).text(on: screen)]
            + [String(decoding: body, as: UTF8.self).escapingHidden()]
    }
}

extension Style {
    static func kind(of type: String) -> Style {
        type.hasSuffix(".created") ? .good : type.hasSuffix(".deleted") ? .bad : .changed
    }
}
