// Which events of the log an endpoint gets again.

import ChangeFeed

/// An event of the log, as a replay looks at it.
package struct LoggedEvent: Sendable, Equatable {
    package let sequence: Int
    package let type: String
    package let resource: Int64
    package let resourceName: ResourceName
    package let record: RecordID

    package init(sequence: Int, type: String, resource: Int64, resourceName: ResourceName, record: RecordID) {
        self.sequence = sequence
        self.type = type
        self.resource = resource
        self.resourceName = resourceName
        self.record = record
    }
}

/// What an endpoint got before, or was to get, and what it would get now.
package struct ReplayChoice {
    private let rules: EndpointRules
    private let selection: ReplaySelection
    /// By the event, its last delivery to the endpoint.
    package let last: [Int: QueuedDelivery]
    /// Of events that were never meant for the endpoint, where its filter looks into them.
    private let bodies: [Int: [UInt8]]

    /// - Parameter endpoint: nil where it has never been sent to.
    package init(
        _ events: [LoggedEvent], to endpoint: Int64?, _ rules: EndpointRules, _ selection: ReplaySelection,
        in store: any StoreReading
    ) throws {
        let sequences = events.map(\.sequence)
        let last = try endpoint.map { try store.lastDeliveries(of: sequences, to: $0) } ?? [:]
        let looksInside = !rules.filter.fields.isEmpty && !selection.isOfDeadLetters
        let unknown = events.filter { event in
            looksInside && last[event.sequence] == nil
                && rules.filter.mayAdmit(type: event.type, resource: event.resourceName)
        }.map(\.sequence)
        self.init(
            rules, selection, last: last, bodies: unknown.isEmpty ? [:] : try store.bodies(ofEvents: unknown))
    }

    package init(
        _ rules: EndpointRules, _ selection: ReplaySelection, last: [Int: QueuedDelivery], bodies: [Int: [UInt8]]
    ) {
        self.rules = rules
        self.selection = selection
        self.last = last
        self.bodies = bodies
    }

    /// What is on its way is left alone.
    package func isReplayed(_ event: LoggedEvent) -> Bool {
        switch last[event.sequence]?.state {
        case .pending, .waiting: return false
        case .dead: return true
        case .delivered, .replayed: return !selection.isOfDeadLetters
        case nil:
            guard !selection.isOfDeadLetters, rules.filter.mayAdmit(type: event.type, resource: event.resourceName)
            else { return false }
            if rules.filter.fields.isEmpty { return true }
            return EventMessage(body: bodies[event.sequence] ?? [])
                .map { rules.filter.admits($0.change, type: event.type, resource: event.resourceName) } ?? false
        }
    }
}
