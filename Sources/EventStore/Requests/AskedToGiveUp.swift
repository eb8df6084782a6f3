// Which deliveries of an endpoint somebody has asked to give up.

import ChangeFeed

package struct AskedToGiveUp: Sendable {
    package struct Request: Sendable {
        package let id: Int64
        /// The one, or of a queue the last. Nil where it cannot be read.
        package let delivery: Int64?
    }

    /// For one delivery each.
    package private(set) var named: [Request] = []
    /// For all that was open.
    package private(set) var queues: [Request] = []

    /// Nothing.
    package init() {}

    package init(of endpoint: Int64, in store: any StoreReading) throws {
        for request in try store.requests([.giveUp, .giveUpAll]) where request.endpoint == endpoint {
            var delivery: Int64?
            if case .delivery(let id) = request.wish { delivery = id }
            let asked = Request(id: request.id, delivery: delivery)
            if request.verb == .giveUp { named.append(asked) } else { queues.append(asked) }
        }
    }

    package var isEmpty: Bool { named.isEmpty && queues.isEmpty }

    /// Whether a delivery is about to be given up: nothing newer is folded into it, for that was not meant.
    package func concerns(_ delivery: Int64) -> Bool {
        named.contains { $0.delivery == delivery } || queues.contains { $0.delivery.map { delivery <= $0 } ?? false }
    }
}
