// What the store says of the daemon's work, for `status`: read beside a running daemon, never written.

import ChangeFeed

/// The state of an account, as the store holds it.
package struct StoreStatus: Sendable, Equatable {
    package struct Resource: Sendable, Equatable {
        package var name: ResourceName
        package var progress: ResourceProgress
        package var records: [Presence: Int]
        package var pace: ResourcePace
        /// Records whose changes are held, since when, and in which paths.
        package var changesHeld = 0
        package var changesHeldSince: Instant?
        package var changesHeldIn: [String] = []
        /// Records whose changes wait for the end of the poll or the sweep that found them, and since when.
        package var changesOpen = 0
        package var changesOpenSince: Instant?

        package init(
            name: ResourceName, progress: ResourceProgress, records: [Presence: Int],
            pace: ResourcePace = ResourcePace()
        ) {
            self.name = name
            self.progress = progress
            self.records = records
            self.pace = pace
        }
    }

    package struct Endpoint: Sendable, Equatable {
        package var name: String
        package var queue = QueueDepth(open: 0, dead: 0)
        /// When the oldest event that is not delivered was detected.
        package var oldestOpen: Instant?
        package var heldUntil: Instant?
        package var health = EndpointHealth()
        /// False for one that nobody asked for, and that has a queue.
        package var isConfigured = true

        /// One that nothing was sent to yet.
        package init(name: String) {
            self.name = name
        }
    }

    /// The resources that were ever contacted, by name.
    package var resources: [Resource]
    package var budget: RequestBudget.Memory
    /// In the order they were asked for; then those that have a queue, or dead letters, from a time when they were
    /// configured.
    package var endpoints: [Endpoint]
    package var lastSequence: Int
    /// That are not in the queue yet, in the order in which they are carried out.
    package var replays: [ReplayRequest] = []
}

extension StoreStatus {
    /// - Parameter configured: the names of the endpoints that are.
    package init(of configured: [String], in store: any StoreReading) throws {
        resources = try store.resourceStates()
        budget = try store.budgetMemory()
        let known = try store.endpointStates()
        endpoints = configured.map { name in known.first { $0.name == name } ?? Endpoint(name: name) }
        for var endpoint in known where !configured.contains(endpoint.name) && !endpoint.queue.isEmpty {
            endpoint.isConfigured = false
            endpoints.append(endpoint)
        }
        lastSequence = try store.lastSequence()
        replays = try store.requests([.replay]).compactMap { request in
            guard case .replay(let replay) = request.wish else { return nil }
            return replay
        }
    }
}

extension QueueDepth {
    fileprivate var isEmpty: Bool { open == 0 && dead == 0 }
}

extension StoreEngine {
    /// The state of the account, for the daemon itself.
    package func status(endpoints: [String]) throws -> StoreStatus {
        try look { try StoreStatus(of: endpoints, in: $0) }
    }

    /// Endpoints of the account that have events waiting, and how many, other than these.
    package func queuedBeside(_ endpoints: [StoredEndpoint]) throws -> [(name: String, open: Int)] {
        let open = try look { try $0.openByEndpoint() }
        return open.filter { name, _ in !endpoints.contains { $0.name == name } }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }

    /// What was kept of the account's past and cannot be read: it is learned anew, and somebody should know.
    package func unreadableMemories() throws -> [UnreadableRow] {
        try look { try $0.unreadableMemories() }
    }
}
