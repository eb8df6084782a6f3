// Where a delivery stands, and every way from there: docs/deliveries.md has the picture.

/// The life of one event on its way to one endpoint; `rawValue` is the commands' word.
package enum DeliveryState: String, Sendable, CaseIterable {
    /// It may be sent once it is due.
    case pending
    /// An earlier one that it must follow is not settled.
    case waiting
    case delivered
    /// Given up: kept, visible, and no longer in the way of later events.
    case dead
    /// It was dead, and a new delivery of the same event took its place.
    case replayed
}

/// One step in the life of a delivery; nil stands for before its beginning, and after its end.
package struct DeliveryStep: Sendable, Hashable {
    package let from: DeliveryState?
    package let to: DeliveryState?

    package init(_ from: DeliveryState?, _ to: DeliveryState?) {
        self.from = from
        self.to = to
    }

    /// All that there are. The store takes no other: its tests hold it to them.
    package static let all: Set<DeliveryStep> = [
        DeliveryStep(nil, .pending),  // committed, with nothing before it that it must follow
        DeliveryStep(nil, .waiting),
        DeliveryStep(.waiting, .pending),  // the one before it is delivered or dead
        DeliveryStep(.pending, .waiting),  // the order of the endpoint was changed, and something is before it now
        DeliveryStep(.pending, .pending),  // not accepted, waits are left
        DeliveryStep(.pending, .delivered),  // 2xx
        DeliveryStep(.pending, .dead),  // no wait is left, or `webhook-delivery: abort-message`
        DeliveryStep(.waiting, nil),  // coalesced: the one before it, still undelivered, carries its news
        DeliveryStep(.dead, .replayed),
        DeliveryStep(.dead, nil),  // discarded by hand
        DeliveryStep(.delivered, nil),  // pruned
        DeliveryStep(.replayed, nil),
    ]
}
