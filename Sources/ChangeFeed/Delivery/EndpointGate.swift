// How many attempts to one endpoint may begin now.

/// One endpoint's door: at most so many attempts in flight, no faster than its cap, none while its receiver asked for rest,
/// or fails.
package struct EndpointGate: Sendable {
    private let concurrency: Int
    private var pacer: EvenPacer?
    package private(set) var heldUntil: Instant?
    package private(set) var inFlight: Set<Int64> = []
    package private(set) var health: EndpointHealth
    private var replays = ReplayLane()
    private var shortage = OwnShortage()

    /// - Parameter requestsPerSecond: nil for no cap. The cap is on departures: receivers promise nothing about arrivals.
    package init(
        concurrency: Int, requestsPerSecond: Double?, heldUntil: Instant? = nil,
        health: EndpointHealth = EndpointHealth()
    ) {
        self.concurrency = concurrency
        self.heldUntil = heldUntil
        self.health = health
        pacer = requestsPerSecond.map { EvenPacer(requestsPerSecond: $0, margin: .zero) }
    }

    /// When the next attempt may begin; nil while all places are taken, or none is to be had.
    package func opens(at now: Instant) -> Instant? {
        let opens = max(
            pacer?.earliestDeparture(at: now) ?? now, heldUntil ?? now, health.closedUntil ?? now, shortage.until ?? now
        )
        return inFlight.count < health.allowed(at: opens, concurrency: concurrency) ? opens : nil
    }

    /// Attempts that may begin at this very moment.
    package func room(at now: Instant) -> Int {
        guard let opens = opens(at: now), opens <= now else { return 0 }
        return pacer == nil ? health.allowed(at: now, concurrency: concurrency) - inFlight.count : 1
    }

    package mutating func enter(_ delivery: Int64, at now: Instant) {
        inFlight.insert(delivery)
        pacer?.depart(at: now)
    }

    package mutating func leave(_ delivery: Int64) {
        inFlight.remove(delivery)
    }

    /// Takes what came of an attempt that began at `start`.
    ///
    /// - Parameter jitter: 0..<1.
    package mutating func took(
        _ outcome: AttemptOutcome, isReplay: Bool = false, begun start: Instant, at now: Instant, jitter: Double = 0
    ) {
        if !outcome.tellsNothing { shortage = OwnShortage() }
        if isReplay { replays.ended(isSuccess: outcome.isSuccess, at: now, jitter: jitter) }
        if !isReplay || outcome.isSuccess || outcome.disables {
            health.take(outcome, concurrency: concurrency, begun: start, at: now)
        }
    }

    /// An attempt was not made because this process or machine lacks what it takes. All endpoints wait, each by itself.
    ///
    /// - Parameter jitter: 0..<1.
    package mutating func lacked(at now: Instant, jitter: Double) {
        shortage.lacked(at: now, jitter: jitter)
    }

    /// When the next replay may begin, if there is room.
    package var replaysOpen: Instant { replays.opensAt }

    package mutating func beganReplay(spacing: Duration, at now: Instant) {
        replays.began(spacing: spacing, at: now)
    }

    /// Somebody says that the receiver is well again. How much it takes remains to be seen.
    package mutating func resume() {
        health = .resumed
        replays = ReplayLane()
        heldUntil = nil
    }

    package mutating func hold(until: Instant) {
        heldUntil = max(heldUntil ?? until, until)
    }
}

/// Waiting for what this process or machine lacks.
private struct OwnShortage: Sendable {
    private(set) var until: Instant?
    private var inARow = 0

    mutating func lacked(at now: Instant, jitter: Double) {
        // Those in flight beside the first tell nothing new.
        if until.map({ $0 <= now }) ?? true { inARow += 1 }
        until = now + Limits.shortageBackoff.wait(afterFailures: inARow, jitter: jitter)
    }
}
