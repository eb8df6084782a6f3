// What the attempts of the past tell of a receiver: a circuit breaker, and the end of trying.

/// Whether an endpoint is worth an attempt, and how many at once. Kept over restarts.
///
/// A circuit that is closed, doubtful, open, probing or recovering; docs/deliveries.md has the picture. Beside that it
/// is disabled, with its queue kept, by a 410, by the receiver's word, or after five days and a hundred attempts of
/// only failure.
///
/// What an event is refused for is told from what the receiver fails by: an event counts once, however often it fails;
/// a type whose events fail is remembered apart, so that those of other types need not wait for it.
package struct EndpointHealth: Sendable, Equatable {
    package enum Circuit: Sendable, Equatable {
        case closed
        /// Several events failed and none was taken since, for so short a time that it may be a restart: one attempt,
        /// from `until` on.
        case doubtful(until: Instant)
        /// Nothing is sent before `until`; then one attempt finds out. So many have found nothing out yet.
        case open(until: Instant, probes: Int)
        /// The last attempt showed that the receiver lives, and so must the next.
        case probing
        case recovering(allowed: Int)

        package var name: String {
            switch self {
            case .closed: "closed"
            case .doubtful: "doubtful"
            case .open: "open"
            case .probing: "probing"
            case .recovering: "recovering"
            }
        }
    }

    /// Why nothing is sent until somebody resumes it.
    package enum Disabled: Sendable, Equatable, CaseIterable {
        /// It answered 410.
        case gone
        /// It asked for it by `webhook-delivery: disable`.
        case asked
        case failing
        /// What was kept of its health cannot be read: it may have been any of these.
        case unreadable
    }

    package private(set) var circuit = Circuit.closed
    package private(set) var disabled: Disabled?
    /// Attempts since the receiver last showed that it lives.
    package private(set) var failures = 0
    package private(set) var failingSince: Instant?
    /// Types of which the event that was last tried for the first time failed.
    package private(set) var failingTypes: Set<String> = []
    /// Since it last showed that it lives: some of the events that failed, and the first time that one did.
    private var failedEvents: Set<Int64> = []
    private var evidenceSince: Instant?
    private var livedAt: Instant?
    /// When the circuit last opened; the process before this one left nothing in flight.
    private var openedAt = Instant.distantPast

    package init() {}

    /// As another process left it.
    package init(
        circuit: Circuit, disabled: Disabled?, failures: Int, failingSince: Instant?, failingTypes: Set<String>
    ) {
        self.circuit = circuit
        self.disabled = disabled
        self.failures = failures
        self.failingSince = failingSince
        self.failingTypes = failingTypes
    }

    /// Of an endpoint that was failing or disabled, and is to be trusted again bit by bit.
    package static var resumed: EndpointHealth {
        var health = EndpointHealth()
        health.circuit = .recovering(allowed: 1)
        return health
    }

    /// Of an endpoint of which nobody knows any more how it fared: nothing is sent until somebody has looked.
    package static var unreadable: EndpointHealth {
        var health = EndpointHealth()
        health.disabled = .unreadable
        return health
    }

    /// Attempts that may be in flight.
    func allowed(concurrency: Int) -> Int {
        if disabled != nil { return 0 }
        switch circuit {
        case .closed: return concurrency
        case .doubtful, .open, .probing: return 1
        case .recovering(let allowed): return min(allowed, concurrency)
        }
    }

    /// Nothing that may well fail is sent before then; nil where that is not a matter of time.
    package var closedUntil: Instant? {
        switch circuit {
        case .doubtful(let until), .open(let until, _): until
        case .closed, .probing, .recovering: nil
        }
    }

    /// Whether no attempt has found out anything since the receiver began to fail.
    var awaitsFirstProbe: Bool {
        switch circuit {
        case .doubtful, .open(_, probes: 0): true
        case .closed, .open, .probing, .recovering: false
        }
    }

    /// Whether the receiver was found to fail, and has not shown for long enough that it is well.
    var isFailing: Bool {
        switch circuit {
        case .closed, .doubtful: false
        case .open, .probing, .recovering: true
        }
    }

    /// Takes what came of an attempt that began at `start`, unless it tells nothing.
    package mutating func take(
        _ outcome: AttemptOutcome, of delivery: DeliveryTraits, concurrency: Int, begun start: Instant, at now: Instant
    ) {
        if outcome.tellsNothing { return }
        if outcome.showsLife {
            (failures, failingSince, failedEvents, evidenceSince, livedAt) = (0, nil, [], nil, now)
            if outcome.isSuccess { failingTypes.remove(delivery.type) }
            // What was in flight when the circuit opened tells nothing of the time since.
            if start >= openedAt { closeFurther(concurrency: concurrency) }
        } else {
            failed(outcome, of: delivery, at: now)
            // Nor does an event that was let through although the circuit was open.
            if start >= max(openedAt, closedUntil ?? openedAt) { openWhereBroken(at: now) }
        }
    }

    private mutating func closeFurther(concurrency: Int) {
        switch circuit {
        case .closed: break
        case .doubtful: circuit = .closed
        case .open: (circuit, failingTypes) = (.probing, [])
        case .probing: circuit = .recovering(allowed: 1)
        case .recovering(let allowed):
            circuit = 2 * allowed < concurrency ? .recovering(allowed: 2 * allowed) : .closed
        }
    }

    private mutating func failed(_ outcome: AttemptOutcome, of delivery: DeliveryTraits, at now: Instant) {
        failures += 1
        // After a clock that was set back, the days are counted from there.
        failingSince = min(failingSince ?? now, now)
        if outcome.status == 410 {
            disabled = .gone
        } else if outcome.directive == .disable {
            disabled = .asked
        } else if let failingSince, failures >= Limits.failuresUntilDisabled,
            now - failingSince >= Limits.failingUntilDisabled
        {
            disabled = .failing
        }
        if !delivery.failedBefore { failingTypes.insert(delivery.type) }
        // That an event fails again is no news as long as others are taken.
        let othersAreTaken = livedAt.map { now - $0 <= Limits.lifeSpeaksFor } ?? false
        guard !delivery.failedBefore || !othersAreTaken else { return }
        if failedEvents.count < Limits.failuresUntilOpen { failedEvents.insert(delivery.id) }
        evidenceSince = evidenceSince ?? now
    }

    private mutating func openWhereBroken(at now: Instant) {
        if case .open(_, let probes) = circuit { return open(afterProbes: probes + 1, at: now) }
        guard failedEvents.count >= Limits.failuresUntilOpen, let evidenceSince else {
            if case .recovering = circuit { circuit = .recovering(allowed: 1) }
            return
        }
        let length = now - evidenceSince
        guard length < Limits.failingUntilOpen else { return open(afterProbes: 0, at: now) }
        circuit = .doubtful(until: now + min(max(length, Limits.shortestDoubt), Limits.longestDoubt))
    }

    private mutating func open(afterProbes probes: Int, at now: Instant) {
        circuit = .open(until: now + Limits.wait(afterProbes: probes), probes: probes)
        openedAt = now
    }

    /// What is remembered over restarts: neither single events nor a doubt is worth it.
    package var memory: EndpointHealth {
        var circuit = circuit
        if case .doubtful = circuit { circuit = .closed }
        return EndpointHealth(
            circuit: circuit, disabled: disabled, failures: failures, failingSince: failingSince,
            failingTypes: failingTypes)
    }

    /// Takes up what the process before this one left: no wait is longer than the longest, whatever the clock that it was
    /// written under.
    package init(resuming memory: EndpointHealth, at now: Instant) {
        self = memory.memory
        if case .open(let until, let probes) = circuit {
            circuit = .open(until: min(until, now + Limits.wait(afterProbes: probes)), probes: probes)
        }
    }
}
