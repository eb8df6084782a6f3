// The queue, the gate and the policy of one endpoint against a receiver that is a function, in virtual time.

import ChangeFeed
import ChangeStore
import Testing

/// Delivers what is committed, as the daemon does.
struct DeliveringInTime {
    let opened: OpenStore
    var gate: EndpointGate
    private(set) var now: Instant
    /// When each event was taken, by its number.
    private(set) var takenAt: [Int: Instant] = [:]
    /// Every attempt: of which event, and when it began.
    private(set) var attempts: [(sequence: Int, at: Instant)] = []
    private let policy = DeliveryPolicy(schedule: .standard)
    private var inFlight: [(delivery: DueDelivery, startedAt: Instant, outcome: AttemptOutcome)] = []

    /// A status, or a failure, and how long that takes.
    typealias Receiver = (DueDelivery, Instant) -> AttemptOutcome

    init(_ opened: OpenStore, concurrency: Int = 4, requestsPerSecond: Double? = nil) {
        self.opened = opened
        gate = EndpointGate(concurrency: concurrency, requestsPerSecond: requestsPerSecond)
        now = opened.now
    }

    static func answer(_ status: Int, after duration: Duration = .milliseconds(5)) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), duration: duration)
    }

    /// Puts events into the queue: a new record each, or another name for the one of that id.
    mutating func commit(_ ids: [Int], name: String) throws {
        _ = try opened.store.commit(
            try opened.page(ids.map { OpenStore.record($0, name: name) }), of: opened.account, to: [opened.endpoint],
            detectedAt: now, at: now)
    }

    mutating func resume() throws {
        try opened.store.resume(opened.endpoint)
        gate.resume()
    }

    /// Lets the time pass until then.
    mutating func run(until end: Instant, _ receiver: Receiver) throws {
        while true {
            try launch(receiver)
            let ends = inFlight.map { $0.startedAt + $0.outcome.duration }.min()
            let queue = try opened.store.waiting(of: opened.endpoint, at: now)
            let looks = gate.looksAgain(at: queue, at: now)
            guard let next = [ends, looks].compactMap(\.self).min(), next <= end else { break }
            // A look at the same moment again, with nothing taken meanwhile, would be a loop that never ends.
            try #require(next > now)
            now = next
            try settle()
        }
        now = end
    }

    private mutating func launch(_ receiver: Receiver) throws {
        while true {
            let admission = gate.admission(at: now)
            guard admission.total > 0 else { return }
            let due = try opened.store.claim(of: opened.endpoint, admission, at: now)
            for delivery in due {
                gate.enter(delivery.traits, at: now)
                attempts.append((delivery.sequence, now))
                inFlight.append((delivery, now, receiver(delivery, now)))
            }
            if due.count < admission.total { return }
        }
    }

    private mutating func settle() throws {
        let ended = inFlight.filter { $0.startedAt + $0.outcome.duration <= now }
        inFlight.removeAll { $0.startedAt + $0.outcome.duration <= now }
        for (delivery, startedAt, outcome) in ended {
            gate.took(outcome, of: delivery.traits, begun: startedAt, at: now)
            let decision = policy.decide(
                outcome, attempts: delivery.attempts + 1, health: gate.health, at: now, jitter: 0.5)
            try opened.store.settle(
                [
                    AttemptReport(
                        deliveryID: delivery.id, number: delivery.attempts + 1, startedAt: startedAt,
                        outcome: outcome, disposition: decision.disposition)
                ], of: opened.endpoint, holdUntil: nil, health: gate.health, at: now)
            gate.leave(delivery.id)
            if outcome.isSuccess { takenAt[delivery.sequence] = now }
        }
    }
}
