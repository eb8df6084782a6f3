// Which stored events somebody wants to be sent again, and how fast.

/// Events of the log that are to be sent again: those that every condition given admits.
package struct ReplaySelection: Sendable, Equatable {
    /// Empty: all.
    package var eventIDs: [String] = []
    package var sequences: ClosedRange<Int>?
    /// Detected then or later.
    package var from: Instant?
    /// Detected before then.
    package var until: Instant?
    /// Patterns such as `contact.*`; empty: all.
    package var types: [String] = []
    /// The name of the endpoint; nil: all.
    package var endpoint: String?
    /// Dead letters only.
    package var isOfDeadLetters = false

    package init() {}

    /// Whether it says anything at all: everything is sent again only to who asks for everything.
    package var isUnlimited: Bool {
        eventIDs.isEmpty && sequences == nil && from == nil && until == nil && types.isEmpty && !isOfDeadLetters
    }

    package func admits(type: String) -> Bool {
        types.isEmpty || types.contains { EventTypePattern($0)?.matches(type) ?? false }
    }
}

/// A selection on its way through the store.
package struct ReplayRequest: Sendable, Equatable {
    package var selection: ReplaySelection
    /// Events a second, to each endpoint.
    package var eventsPerSecond: Double
    /// The last event of the log when it was asked for: what came later is not sent again.
    package var through: Int
    /// Events up to here are in the queue.
    package var doneThrough = 0
    /// Events that are.
    package var count = 0

    package init(selection: ReplaySelection, eventsPerSecond: Double, through: Int) {
        self.selection = selection
        self.eventsPerSecond = eventsPerSecond
        self.through = through
    }

    /// From one event to the next.
    package var spacing: Duration { .microseconds(Int64(1_000_000 / eventsPerSecond)) }
}
