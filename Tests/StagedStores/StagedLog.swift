// What the log of a staged store holds, asked through the seam.

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
}
