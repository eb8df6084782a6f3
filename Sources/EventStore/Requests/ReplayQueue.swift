// How events that are sent again join the queue of an endpoint.

import ChangeFeed

package struct ReplayRead: Sendable {
    package var lastNumber: Int
    package var firstDelivery: Int64
    /// Keys of which a delivery is not settled.
    package var openKeys: Set<String>
    /// By the event, its last delivery to the endpoint.
    package var last: [Int: QueuedDelivery]
    /// What these told.
    package var told: [Int64: ToldDelivery]

    package init(
        lastNumber: Int, firstDelivery: Int64, openKeys: Set<String>, last: [Int: QueuedDelivery],
        told: [Int64: ToldDelivery]
    ) {
        self.lastNumber = lastNumber
        self.firstDelivery = firstDelivery
        self.openKeys = openKeys
        self.last = last
        self.told = told
    }
}

/// A new delivery of each of the events, under the number that the receiver knows it by.
package struct ReplayQueue {
    private let endpoint: StoredEndpoint
    private let now: Instant
    private var read: ReplayRead
    private let lastNumber: Int
    private var made: [DeliveryWrite] = []
    private var retellings: [StoreOperation] = []
    private var replaced: [Int64] = []

    package init(
        _ events: [LoggedEvent], to endpoint: StoredEndpoint, _ read: ReplayRead, spacing: Duration, at now: Instant
    ) {
        self.endpoint = endpoint
        self.now = now
        self.read = read
        lastNumber = read.lastNumber
        for event in events { add(event, spacing: spacing) }
    }

    package var operations: [StoreOperation] {
        var operations: [StoreOperation] = []
        if !replaced.isEmpty {
            var change = DeliveryChange()
            (change.state, change.settledAt) = (.replayed, now)
            operations.append(.change(replaced, change))
        }
        operations.append(.enqueue(made))
        operations += retellings
        if read.lastNumber != lastNumber {
            operations.append(.endpoint(endpoint.id, EndpointChange(lastNumber: read.lastNumber)))
        }
        return operations
    }

    private mutating func add(_ event: LoggedEvent, spacing: Duration) {
        let last = read.last[event.sequence]
        if let last, last.state == .dead { replaced.append(last.id) }
        let key = endpoint.rules.order.key(resource: event.resource, record: event.record, isReplay: true)
        let waits = key.map { !read.openKeys.insert($0).inserted } ?? false
        let id = read.firstDelivery + Int64(made.count)
        // What was told then, is told again.
        let told = last.flatMap { read.told[$0.id] }
        if let told, told.toldBody != nil || told.toldType != nil { retellings.append(.retell(from: told.id, in: id)) }
        made.append(
            DeliveryWrite(
                id: id, endpoint: endpoint.id, eventSequence: event.sequence, type: told?.toldType ?? event.type,
                number: last?.number ?? next(), key: key, replaySpacing: spacing, state: waits ? .waiting : .pending,
                dueAt: now))
    }

    private mutating func next() -> Int {
        read.lastNumber += 1
        return read.lastNumber
    }
}
