// How many attempts to one endpoint may begin now.

/// One endpoint's door: at most so many attempts in flight, no faster than its cap, none while its receiver asked for rest.
package struct EndpointGate: Sendable {
    private let concurrency: Int
    private var pacer: EvenPacer?
    package private(set) var heldUntil: Instant?
    package private(set) var inFlight: Set<Int64> = []

    /// - Parameter requestsPerSecond: nil for no cap. The cap is on departures: receivers promise nothing about arrivals.
    package init(concurrency: Int, requestsPerSecond: Double?, heldUntil: Instant? = nil) {
        self.concurrency = concurrency
        self.heldUntil = heldUntil
        pacer = requestsPerSecond.map { EvenPacer(requestsPerSecond: $0, margin: .zero) }
    }

    /// When the next attempt may begin; nil while all places are taken.
    package func opens(at now: Instant) -> Instant? {
        guard inFlight.count < concurrency else { return nil }
        return max(pacer?.earliestDeparture(at: now) ?? now, heldUntil ?? now)
    }

    /// Attempts that may begin at this very moment.
    package func room(at now: Instant) -> Int {
        guard let opens = opens(at: now), opens <= now else { return 0 }
        return pacer == nil ? concurrency - inFlight.count : 1
    }

    package mutating func enter(_ delivery: Int64, at now: Instant) {
        inFlight.insert(delivery)
        pacer?.depart(at: now)
    }

    package mutating func leave(_ delivery: Int64) {
        inFlight.remove(delivery)
    }

    package mutating func hold(until: Instant) {
        heldUntil = max(heldUntil ?? until, until)
    }
}
