// `events list --follow`: what is detected from now on, as it comes.

import ChangeFeed
import CommandText
import Foundation
import Operations

struct EventFollowing {
    private static let secondsBetweenLooks = 0.5
    private static let eventsAtOnce = 500

    let types: [EventTypePattern]
    let printsJSON: Bool

    /// Until it is interrupted.
    ///
    /// - Parameter after: the number to begin behind; nil: behind what there is now.
    func run(_ store: LocatedStore, after: Int?) throws {
        let interruption = Interruption()
        // What no resource has, would be waited for in vain.
        _ = try store.ask(EventList(types: types, limit: 1))
        var last = try after ?? store.ask(EventsAfter(.max, limit: 1)).lastSequence
        while !interruption.hasCome {
            let log = try store.ask(EventsAfter(last, limit: Self.eventsAtOnce))
            for event in log.events where types.isEmpty || types.contains(where: { $0.matches(event.type) }) {
                try show(EventReport(event))
            }
            last = log.events.last?.sequence ?? last
            try Output.flush()
            if !log.hasMore, interruption.waits(seconds: Self.secondsBetweenLooks) { return }
        }
    }

    private func show(_ event: EventReport) throws {
        if printsJSON { return try Output.jsonLine(event) }
        Output.lines([event.line(on: .output)])
    }
}
