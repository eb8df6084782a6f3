// Which endpoints get the events of the moment.

import EventStore
import Synchronization

/// Changed only at the desk of the store, so that what a transaction writes goes by what the store says of each endpoint.
final class EndpointRoster: Sendable {
    private let endpoints: Mutex<[StoredEndpoint]>

    init(_ endpoints: [StoredEndpoint]) {
        self.endpoints = Mutex(endpoints)
    }

    var current: [StoredEndpoint] { endpoints.withLock { $0 } }

    func admit(_ endpoint: StoredEndpoint) {
        endpoints.withLock { $0 = $0.filter { $0.name != endpoint.name } + [endpoint] }
    }

    /// One that has left meanwhile is not taken in again.
    func update(_ endpoint: StoredEndpoint) {
        endpoints.withLock { $0 = $0.map { $0.name == endpoint.name ? endpoint : $0 } }
    }

    /// The endpoint as it is now, also where it has left.
    func now(_ endpoint: StoredEndpoint) -> StoredEndpoint {
        current.first { $0.name == endpoint.name } ?? endpoint
    }

    func dismiss(_ name: String) {
        endpoints.withLock { $0.removeAll { $0.name == name } }
    }
}
