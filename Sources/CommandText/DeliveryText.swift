// Deliveries on a terminal: a table of many, and one of them to be read.

import ChangeFeed
import Operations

package enum DeliveryText {
    package static func list(_ deliveries: [DeliveryReport], on screen: Screen) -> [String] {
        guard screen.isTerminal, !deliveries.isEmpty else { return deliveries.map { $0.line.escapingHidden() } }
        var table = Table([
            .init("NUMBER", isNumber: true), .init("STATE"), .init("ENDPOINT", least: 8), .init("TYPE"),
            .init("RECORD", least: 12), .init("#", isNumber: true), .init("TRIES", isNumber: true), .init("LAST"),
            .init("WHEN", isSpare: true), .init("EVENT", least: 12, isSpare: true),
        ])
        for delivery in deliveries {
            let when = delivery.settledAt ?? delivery.dueAt.map { "due \($0)" } ?? ""
            table.add([
                Phrase("\(delivery.delivery)"), delivery.stateShown, Phrase(delivery.endpoint),
                Phrase(delivery.type, .kind(of: delivery.type)), Phrase("\(delivery.resource)/\(delivery.record)"),
                Phrase("\(delivery.sequence)"), Phrase("\(delivery.attempts)"), Phrase(delivery.lastResult ?? ""),
                Phrase(when, .dim), Phrase(delivery.event, .dim),
            ])
        }
        return table.lines(on: screen)
    }

    /// One delivery: what it is, what came of it, what changed, and the body; elsewhere the same without what changed.
    package static func whole(_ delivery: DeliveryReport, on screen: Screen) -> [String] {
        guard screen.isTerminal else { return delivery.lines.map { $0.escapingHidden() } }
        let body = delivery.body.map { EventText.changes(Array($0.utf8), on: screen) } ?? []
        return delivery.heading(on: screen) + delivery.attemptLines.map { $0.escapingHidden() } + body
    }
}

extension DeliveryReport {
    fileprivate var stateShown: Phrase {
        let style: Style? =
            switch state {
            case DeliveryState.delivered.rawValue: .good
            case DeliveryState.dead.rawValue: .bad
            default: nil
            }
        return Phrase(state, style) + Phrase(isReplay ? " replay" : "", .dim)
    }

    fileprivate func heading(on screen: Screen) -> [String] {
        let when = settledAt.map { " at \($0)" } ?? dueAt.map { ", due \($0)" } ?? ""
        return [
            Phrase("delivery \(delivery)", .strong) + "  " + stateShown + Phrase("\(when)  to \(endpoint)"),
            Phrase("#\(sequence)", .strong) + "  " + Phrase(type, .kind(of: type)) + "  "
                + Phrase("\(resource)/\(record)", .strong),
            Phrase("\(event)  detected \(detectedAt)", .dim),
        ].map { $0.text(on: screen) }
    }
}
