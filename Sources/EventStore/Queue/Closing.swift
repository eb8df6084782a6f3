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

    package func operations(ending closed: [Closed]) -> [StoreOperation] {
        var changes: [Int64: DeliveryChange] = [:]
        for closed in closed {
            var change = DeliveryChange()
            (change.state, change.attempts) = (closed.isDead ? .dead : .delivered, closed.attempts)
            change.settledAt = now
            changes[closed.delivery] = change
        }
        return [.change(changes)]
    }

    /// They stay due when they were: what is due longest goes first, so that all go in their order.
    package func operations(freeing next: [QueuedDelivery], lastNumber: Int) -> [StoreOperation] {
        var (last, changes): (Int, [Int64: DeliveryChange]) = (lastNumber, [:])
        for delivery in next {
            var change = DeliveryChange()
            if delivery.state == .waiting { change.state = .pending }
            if delivery.number == nil {
                last += 1
                change.number = last
            }
            if change != DeliveryChange() { changes[delivery.id] = change }
        }
        var operations: [StoreOperation] = changes.isEmpty ? [] : [.change(changes)]
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
