// What the machine of an endpoint has taken from the queue and not begun.

/// Deliveries in their order, and how many of them are taken ahead of need.
struct ClaimedDeliveries: Sendable {
    private(set) var ready: [DueDelivery] = []
    /// Of no use: what cannot be read cannot be sent, and holds nothing else up.
    private(set) var unreadable: [DueDelivery] = []
    private(set) var lookahead = Lookahead()

    /// - Parameters:
    ///   - wanted: how many were asked for.
    ///   - concurrency: of the endpoint.
    mutating func add(_ due: [DueDelivery], of wanted: Int, concurrency: Int, at now: Instant) {
        lookahead.claimed(due, of: wanted, concurrency: concurrency, at: now)
        ready += due.filter(\.isReadable)
        unreadable += due.filter { !$0.isReadable }
    }

    /// Whether nothing but places is waited for: what the receiver was found not to take would hold up the rest.
    func waitsForPlacesAlone(_ failingTypes: Set<String>) -> Bool {
        ready.allSatisfy { !$0.isReplay && $0.attempts == 0 && !failingTypes.contains($0.type) }
    }

    /// The next, where the gate lets it through now.
    func first(admittedBy gate: EndpointGate, at now: Instant) -> DueDelivery? {
        ready.first.flatMap { gate.admission(at: now).admits($0) ? $0 : nil }
    }

    /// The first is under way.
    mutating func begin() { ready.removeFirst() }

    /// The first of what cannot be read was looked into.
    mutating func gaveUpUnreadable(_ count: Int) { unreadable.removeFirst(count) }

    mutating func stopLookingAhead() { lookahead.stop() }

    /// Takes all that is ready out again.
    mutating func takeBack() -> [Int64] {
        defer { ready = [] }
        lookahead.stop()
        return ready.map(\.id)
    }
}
