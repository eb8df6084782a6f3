// The verb that takes an endpoint up: what was kept of it, as far as it still holds, and what waits for it.

import ChangeFeed

package struct OpenEndpoint {
    private let name: String
    private let rules: EndpointRules
    private let target: Fingerprint?
    private let longestWait: Duration
    private let now: Instant

    package init(_ name: String, rules: EndpointRules, target: Fingerprint?, longestWait: Duration, at now: Instant) {
        self.name = name
        self.rules = rules
        self.target = target
        self.longestWait = longestWait
        self.now = now
    }

    package func run(in store: any StoreTransaction) throws -> StoredEndpoint {
        let known = try store.endpointRow(named: name)
        let row = try known ?? EndpointRow(id: store.lastNumber(of: .endpoints) + 1, name: name, order: rules.order)
        var batch: [StoreOperation] = known == nil ? [.openEndpoint(row.id, name: name, rules.order)] : []
        let hasNewTarget = target != nil && row.target != nil && row.target != target
        if hasNewTarget { batch.append(.makeDue(triedOf: row.id)) }
        let health = EndpointHealth(resuming: (hasNewTarget ? nil : row.health) ?? EndpointHealth(), at: now)
        let heldUntil = hasNewTarget ? nil : row.heldUntil.map { min($0, now + Limits.longestHold) }
        // What is remembered is what is kept: a bound that moved with each start would never be reached.
        var change = EndpointChange(health: row.health == nil ? nil : health)
        change.heldUntil = heldUntil.map(EndpointChange.Hold.until) ?? EndpointChange.Hold.none
        (change.target, change.order) = (target, rules.order)
        batch.append(.endpoint(row.id, change))
        try store.write(batch)
        if row.order != rules.order { try reorder(row.id, in: store) }
        if !rules.coalesces { try numberWhatWaits(of: row.id, in: store) }
        // What was never tried is due since it was detected. What is due later than can be was written under a clock that
        // ran ahead.
        try store.write([
            .limitDue(of: row.id, wasTried: false, to: now),
            .limitDue(of: row.id, wasTried: true, to: now + max(longestWait, Limits.longestHold)),
        ])
        return StoredEndpoint(
            id: row.id, name: name, rules: rules, heldUntil: heldUntil, health: health, hasNewTarget: hasNewTarget)
    }

    /// What waits gets its number now, in the order of the log: newer events will get theirs at once.
    private func numberWhatWaits(of endpoint: Int64, in store: any StoreTransaction) throws {
        let waiting = try store.unnumbered(of: endpoint)
        guard !waiting.isEmpty else { return }
        try number(waiting, of: endpoint, in: store)
    }

    private func number(_ deliveries: [Int64], of endpoint: Int64, in store: any StoreTransaction) throws {
        var last = try store.lastNumber(ofEndpoint: endpoint)
        var changes: [Int64: DeliveryChange] = [:]
        for delivery in deliveries {
            last += 1
            changes[delivery, default: DeliveryChange()].number = last
        }
        try store.write([.change(changes), .endpoint(endpoint, EndpointChange(lastNumber: last))])
    }

    /// Gives everything that is open the keys of another order, and lets the first of each key go.
    private func reorder(_ endpoint: Int64, in store: any StoreTransaction) throws {
        var begun: Set<String> = []
        var last: Int64 = 0
        while true {
            let open = try store.openDeliveries(of: endpoint, after: last, limit: Limits.reorderedAtOnce)
            guard let end = open.last else { return }
            last = end.id
            var (moved, unnumbered): ([OpenDelivery], [Int64]) = ([], [])
            for delivery in open {
                var after = delivery
                after.key = rules.order.key(
                    resource: delivery.resource, record: delivery.record, isReplay: delivery.isReplay)
                let isFirst = after.key.map { begun.insert($0).inserted } ?? true
                after.state = isFirst ? .pending : .waiting
                if after != delivery { moved.append(after) }
                if isFirst, !delivery.isNumbered { unnumbered.append(delivery.id) }
            }
            if !moved.isEmpty { try store.write([.rekey(moved)]) }
            if !unnumbered.isEmpty { try number(unnumbered, of: endpoint, in: store) }
        }
    }
}

/// What is kept of an endpoint.
package struct EndpointRow: Sendable, Equatable {
    package let id: Int64
    package let name: String
    /// Nil where it is damaged.
    package let order: DeliveryOrder?
    package var target: Fingerprint?
    package var heldUntil: Instant?
    /// Nil where it has never been told.
    package var health: EndpointHealth?

    package init(
        id: Int64, name: String, order: DeliveryOrder?, target: Fingerprint? = nil, heldUntil: Instant? = nil,
        health: EndpointHealth? = nil
    ) {
        self.id = id
        self.name = name
        self.order = order
        self.target = target
        self.heldUntil = heldUntil
        self.health = health
    }
}

/// A delivery that is not settled, and what its key is made of.
package struct OpenDelivery: Sendable, Equatable {
    package let id: Int64
    package let isReplay: Bool
    package var key: String?
    package var state: DeliveryState
    package let resource: Int64
    package let record: RecordID
    package let isNumbered: Bool

    package init(
        id: Int64, isReplay: Bool, key: String?, state: DeliveryState, resource: Int64, record: RecordID,
        isNumbered: Bool
    ) {
        self.id = id
        self.isReplay = isReplay
        self.key = key
        self.state = state
        self.resource = resource
        self.record = record
        self.isNumbered = isNumbered
    }
}
