// The end of deliveries, and what that is for those behind them.

import ChangeFeed

/// Ends deliveries of one endpoint: they are delivered or dead, and the next of their keys may go.
package struct Closing {
    package struct Closed: Sendable {
        package let delivery: Int64
        package let isDead: Bool
        package let attempts: Int

        package init(delivery: Int64, isDead: Bool, attempts: Int) {
            self.delivery = delivery
            self.isDead = isDead
            self.attempts = attempts
        }
    }

    private let endpoint: StoredEndpoint
    private let now: Instant

    package init(_ endpoint: StoredEndpoint, at now: Instant) {
        self.endpoint = endpoint
        self.now = now
    }

    package func close(_ closed: [Closed], in store: any StoreTransaction) throws {
        guard !closed.isEmpty else { return }
        try store.write(operations(ending: closed))
        let followers = try store.followers(of: closed.map(\.delivery))
        guard !followers.isEmpty else { return }
        if endpoint.rules.coalesces { try passOn(closed, to: followers, in: store) }
        var freed: Set<Int64> = []
        let next = closed.compactMap { followers[$0.delivery] }.filter { freed.insert($0.id).inserted }
        try store.write(operations(freeing: next, lastNumber: try store.lastNumber(ofEndpoint: endpoint.id)))
    }

    /// Those that end alike together.
    package func operations(ending closed: [Closed]) -> [StoreOperation] {
        var (order, alike): ([DeliveryChange], [DeliveryChange: [Int64]]) = ([], [:])
        for closed in closed {
            var change = DeliveryChange()
            (change.state, change.attempts) = (closed.isDead ? .dead : .delivered, closed.attempts)
            change.settledAt = now
            if alike[change] == nil { order.append(change) }
            alike[change, default: []].append(closed.delivery)
        }
        return order.map { .change(alike[$0] ?? [], $0) }
    }

    /// They stay due when they were: what is due longest goes first, so that all go in their order.
    package func operations(freeing next: [QueuedDelivery], lastNumber: Int) -> [StoreOperation] {
        var (last, free): (Int, [Int64]) = (lastNumber, [])
        var operations: [StoreOperation] = []
        for delivery in next {
            if delivery.state == .waiting { free.append(delivery.id) }
            guard delivery.number == nil else { continue }
            last += 1
            var change = DeliveryChange()
            change.number = last
            operations.append(.change([delivery.id], change))
        }
        var change = DeliveryChange()
        change.state = .pending
        if !free.isEmpty { operations.append(.change(free, change)) }
        if last != lastNumber { operations.append(.endpoint(endpoint.id, EndpointChange(lastNumber: last))) }
        return operations
    }

    private func passOn(
        _ closed: [Closed], to followers: [Int64: QueuedDelivery], in store: any StoreTransaction
    ) throws {
        for dead in closed where dead.isDead {
            guard let next = followers[dead.delivery] else { continue }
            let told = try store.told(by: [dead.delivery, next.id])
            guard let earlier = told[dead.delivery], let newer = told[next.id], earlier.isFoldable, newer.isFoldable
            else { continue }
            let passed = Folding.passOn(earlier, to: newer)
            var fold = FoldWrite(delivery: next.id, resource: newer.resource)
            (fold.base, fold.told) = (passed.base, passed.news)
            var spent = FoldWrite(delivery: dead.delivery, resource: earlier.resource)
            spent.isPassedOn = true
            var change = DeliveryChange()
            change.type = passed.told.type
            try store.write([.fold([fold, spent]), .change([next.id], change)])
        }
    }
}
