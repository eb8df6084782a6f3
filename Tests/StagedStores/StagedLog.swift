// What the log and the queue of a staged store hold, asked through the seam.

import ChangeFeed
import EventStore

extension StagedStore {
    /// The types of all events, in the order of the log.
    package func types() throws -> [String] {
        try store.look { try $0.events(ReplaySelection(), after: 0, through: $0.lastSequence()).map(\.type) }
    }

    /// What all events tell in format `standard`, in the order of the log.
    package func bodies() throws -> [[UInt8]] {
        try store.look { store in
            let events = try store.events(ReplaySelection(), after: 0, through: store.lastSequence())
            let bodies = try store.bodies(ofEvents: events.map(\.sequence))
            return events.compactMap { bodies[$0.sequence] }
        }
    }

    /// The same, read.
    package func messages() throws -> [EventMessage] { try bodies().compactMap(EventMessage.init(body:)) }

    /// What changed, in the order of the log: `7 updated /LAST_NAME /CHECKED`.
    package func told() throws -> [String] {
        try messages().map(\.change).map {
            "\($0.recordID) \($0.kind.rawValue) \($0.changes?.map(\.path).joined(separator: " ") ?? "-")"
        }
    }

    /// Everything of an endpoint that is pending and due by then, though of replays only one is handed out at a time;
    /// the first due first.
    package func pending(of endpoint: StoredEndpoint, by moment: Instant) throws -> [DueDelivery] {
        try store.look { store in
            var ids: [Int64] = []
            for lane in QueueLane.all(of: endpoint) {
                for type in try store.waitingTypes(lane) {
                    ids += try store.pending(lane, type: type, isDue: true, by: moment, limit: 1_000) { _ in false }
                        .map(\.id)
                }
            }
            return try store.dueDeliveries(ids).sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
        }
    }

    /// The types under which what is pending waits.
    package func waitingTypes() throws -> [String] {
        try store.look { store in try QueueLane.all(of: endpoint).flatMap(store.waitingTypes) }
    }
}

extension QueueLane {
    fileprivate static func all(of endpoint: StoredEndpoint) -> [QueueLane] {
        [false, true].flatMap { isReplay in
            [false, true].map { QueueLane(endpoint: endpoint.id, isReplay: isReplay, wasTried: $0) }
        }
    }
}
