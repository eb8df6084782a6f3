// What the attempts of the past tell of a receiver: a circuit breaker, and the end of trying.

/// Whether an endpoint is worth an attempt, and how many at once. Kept over restarts.
///
/// A circuit that is closed, open, probing or recovering; docs/deliveries.md has the picture.
/// Beside that it is disabled, with its queue kept, by a 410, by the receiver's word, or after five days and a hundred
/// attempts of only failure.
package struct EndpointHealth: Sendable, Equatable {
    package enum Circuit: Sendable, Equatable, Codable {
        case closed
        /// Nothing is sent before `until`; then one attempt finds out.
        case open(until: Instant, wait: Duration)
        /// The last attempt succeeded, and so must the next.
        case probing(wait: Duration)
        case recovering(allowed: Int)

        package var name: String {
            switch self {
            case .closed: "closed"
            case .open: "open"
            case .probing: "probing"
            case .recovering: "recovering"
            }
        }
    }

    /// Why nothing is sent until somebody resumes it.
    package enum Disabled: String, Sendable, Equatable, Codable {
        case gone = "the receiver answered 410 Gone"
        case asked = "the receiver asked for it (webhook-delivery: disable)"
        case failing = "for five days no attempt succeeded"
    }

    package private(set) var circuit = Circuit.closed
    package private(set) var disabled: Disabled?
    /// Since the last success.
    package private(set) var failures = 0
    package private(set) var failingSince: Instant?
    private var lastMinute = RecentAttempts()
    /// When the circuit last opened; the process before this one left nothing in flight.
    private var openedAt = Instant.distantPast

    package init() {}

    /// Of an endpoint that was failing or disabled, and is to be trusted again bit by bit.
    package static var resumed: EndpointHealth {
        var health = EndpointHealth()
        health.circuit = .recovering(allowed: 1)
        return health
    }

    /// Attempts that may be in flight.
    func allowed(at now: Instant, concurrency: Int) -> Int {
        if disabled != nil { return 0 }
        switch circuit {
        case .closed: return concurrency
        case .open(let until, _): return now >= until ? 1 : 0
        case .probing: return 1
        case .recovering(let allowed): return min(allowed, concurrency)
        }
    }

    /// Nothing is sent before then; nil where that is not a matter of time.
    package var closedUntil: Instant? {
        if case .open(let until, _) = circuit { until } else { nil }
    }

    /// Takes what came of an attempt that began at `start`, unless it tells nothing.
    package mutating func take(
        _ outcome: AttemptOutcome, concurrency: Int, begun start: Instant, at now: Instant
    ) {
        if outcome.tellsNothing { return }
        if outcome.isSuccess { (failures, failingSince) = (0, nil) } else { failed(outcome, at: now) }
        // What was in flight when the circuit opened tells nothing of the time since.
        guard start >= openedAt else { return }
        lastMinute.add(isSuccess: outcome.isSuccess, at: now)
        outcome.isSuccess ? closeFurther(concurrency: concurrency) : openWhereBroken(at: now)
    }

    private mutating func closeFurther(concurrency: Int) {
        switch circuit {
        case .closed: break
        case .open(_, let wait): circuit = .probing(wait: wait)
        case .probing: circuit = .recovering(allowed: 1)
        case .recovering(let allowed):
            circuit = 2 * allowed < concurrency ? .recovering(allowed: 2 * allowed) : .closed
        }
    }

    private mutating func failed(_ outcome: AttemptOutcome, at now: Instant) {
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
    }

    private mutating func openWhereBroken(at now: Instant) {
        switch circuit {
        case .closed, .recovering:
            let isBroken = failures >= Limits.failuresUntilOpen || lastMinute.areMostlyFailures(at: now)
            if isBroken {
                open(for: Limits.firstProbe, at: now)
            } else if circuit != .closed {
                circuit = .recovering(allowed: 1)
            }
        case .probing(let wait), .open(_, let wait):
            open(for: wait * 2, at: now)
        }
    }

    private mutating func open(for wait: Duration, at now: Instant) {
        let wait = min(wait, Limits.longestProbe)
        circuit = .open(until: now + wait, wait: wait)
        openedAt = now
        lastMinute = RecentAttempts()
    }

    /// What is remembered over restarts; the last minute is not worth it.
    package var memory: EndpointHealth {
        var memory = self
        (memory.lastMinute, memory.openedAt) = (RecentAttempts(), .distantPast)
        return memory
    }

    /// Takes up what the process before this one left: no wait is longer than the longest, whatever the clock that it was
    /// written under.
    package init(resuming memory: EndpointHealth, at now: Instant) {
        self = memory.memory
        if case .open(let until, let wait) = circuit {
            circuit = .open(until: min(until, now + Limits.longestProbe), wait: min(wait, Limits.longestProbe))
        }
    }
}

extension EndpointHealth: Codable {
    private enum CodingKeys: CodingKey { case circuit, disabled, failures, failingSince }
}

/// The attempts of the last minute, in parts of five seconds.
private struct RecentAttempts: Sendable, Equatable {
    private struct Part: Sendable, Equatable {
        var number: Int64
        var all = 0
        var failures = 0
    }

    private static let partLength: Int64 = 5_000_000
    private static let partsKept: Int64 = 12
    private var parts: [Part] = []

    mutating func add(isSuccess: Bool, at now: Instant) {
        let number = now.microsecondsSince1970 / Self.partLength
        parts.removeAll { $0.number <= number - Self.partsKept || $0.number > number }
        if parts.last?.number != number { parts.append(Part(number: number)) }
        parts[parts.count - 1].all += 1
        if !isSuccess { parts[parts.count - 1].failures += 1 }
    }

    func areMostlyFailures(at now: Instant) -> Bool {
        let (all, failures) = parts.reduce((0, 0)) { ($0.0 + $1.all, $0.1 + $1.failures) }
        return all >= Limits.attemptsToJudge && 2 * failures >= all
    }
}
