// The verb that records what came of attempts.

import ChangeFeed

/// Records attempts that ended. A record's next event may go once the one before it is delivered or dead.
package struct SettleAttempts {
    package let reports: [AttemptReport]
    package let endpoint: StoredEndpoint
    package let holdUntil: Instant?
    /// Of the endpoint after them; nil where it has not changed.
    package let health: EndpointHealth?
    package let claims: Claims
    package let now: Instant

    package init(
        _ reports: [AttemptReport], of endpoint: StoredEndpoint, holdUntil: Instant?, health: EndpointHealth?,
        besides claims: Claims, at now: Instant
    ) {
        self.reports = reports
        self.endpoint = endpoint
        self.holdUntil = holdUntil
        self.health = health
        self.claims = claims
        self.now = now
    }

    package func run(in store: any StoreTransaction) throws {
        if !reports.isEmpty { try store.write([.attempts(reports)]) }
        let closed = reports.filter { !$0.isRetried }
        let retried = reports.filter(\.isRetried)
        try retry(retried, in: store)
        let closing = Closing(endpoint, at: now)
        try closing.close(
            closed.map {
                Closing.Closed(delivery: $0.deliveryID, isDead: $0.disposition == .dead, attempts: $0.number)
            },
            in: store)
        var change = EndpointChange(health: health)
        if let holdUntil {
            change.heldUntil = .until(max(try store.heldUntil(of: endpoint.id) ?? .distantPast, holdUntil))
        }
        if change != EndpointChange() { try store.write([.endpoint(endpoint.id, change)]) }
    }

    private func retry(_ reports: [AttemptReport], in store: any StoreTransaction) throws {
        guard !reports.isEmpty else { return }
        let changes = reports.map { report in
            var change = DeliveryChange()
            (change.state, change.attempts) = (.pending, report.number)
            if case .retry(let at) = report.disposition { change.dueAt = at }
            return (report.deliveryID, change)
        }
        try store.write([.change(Dictionary(changes, uniquingKeysWith: { _, last in last }))])
        guard endpoint.rules.coalesces else { return }
        for report in reports { try foldNext(into: report.deliveryID, in: store) }
    }

    /// After a delivery that was not accepted: one that waits behind it gives its news to it, and goes. One that has a
    /// number already, from a time when the endpoint did not coalesce, stays: its number would be missing.
    private func foldNext(into delivery: Int64, in store: any StoreTransaction) throws {
        guard let next = try store.followers(of: [delivery])[delivery], !claims.contains(next.id),
            try !AskedToGiveUp(of: endpoint.id, in: store).concerns(delivery)
        else { return }
        let told = try store.told(by: [delivery, next.id])
        guard let earlier = told[delivery], let newer = told[next.id], earlier.isFoldable, newer.isFoldable,
            !newer.isNumbered
        else { return }
        let folded = Folding.fold(newer.body, of: newer.eventType, sequence: newer.eventSequence, into: earlier)
        var fold = FoldWrite(delivery: delivery, resource: earlier.resource)
        fold.told = folded.news
        try store.write([.change([delivery], folded.change), .fold([fold]), .dropDeliveries([next.id])])
    }
}

extension AttemptReport {
    fileprivate var isRetried: Bool {
        if case .retry = disposition { true } else { false }
    }
}
