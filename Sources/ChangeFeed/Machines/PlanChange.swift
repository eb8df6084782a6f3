// The way from one plan of a machine to the next: the latest that is wanted, until the store goes by it as well.

/// Which plan a machine is to go by that it does not go by yet.
struct PlanChange<Plan: Sendable & Equatable>: Sendable {
    private(set) var wanted: Plan?
    private(set) var failuresInARow = 0
    private var from = Instant.distantPast

    /// One that came before and was not adopted yet is passed over.
    mutating func wanted(_ plan: Plan) {
        wanted = plan
        failuresInARow = 0
        from = .distantPast
    }

    /// The plan that the store is to be brought together with now.
    func next(at now: Instant) -> Plan? { from <= now ? wanted : nil }

    /// When to be woken, by what is known already, and for a plan that is left alone for a while after the store failed.
    func alarm(before other: Instant?, at now: Instant) -> Instant? {
        guard wanted != nil, from > now else { return other }
        return min(other ?? from, from)
    }

    /// The machine goes by it from now on.
    mutating func adopted(_ plan: Plan) {
        if wanted == plan { self = PlanChange() }
    }

    mutating func failed(at now: Instant, jitter: Double) {
        failuresInARow += 1
        from = now + Limits.failureBackoff.wait(afterFailures: failuresInARow, jitter: jitter)
    }
}
