// The machine of one endpoint and the store against a receiver that is a function, in virtual time.

@testable import ChangeFeed
import EventStore
import StagedStores
import Testing
import VirtualTime

/// Delivers what is committed, as the daemon does.
struct DeliveringInTime {
    let opened: OpenStore
    private(set) var now: Instant
    /// When each event was taken, by its number.
    private(set) var takenAt: [Int: Instant] = [:]
    /// Every attempt: of which event, and when it began.
    private(set) var attempts: [(sequence: Int, at: Instant)] = []
    private var loop: VirtualLoop<EndpointMachine>
    private var chance = NoChance()

    /// A status, or a failure, and how long that takes.
    typealias Receiver = (DueDelivery, Instant) -> AttemptOutcome

    var gate: EndpointGate { loop.machine.gate }

    init(_ opened: OpenStore, concurrency: Int = 4, requestsPerSecond: Double? = nil) {
        self.opened = opened
        now = opened.now
        let terms = EndpointMachine.Terms(
            concurrency: concurrency, requestsPerSecond: requestsPerSecond,
            policy: DeliveryPolicy(schedule: .standard), coalesces: false)
        loop = VirtualLoop(EndpointMachine(terms), startingAt: now)
    }

    static func answer(_ status: Int, after duration: Duration = .milliseconds(5)) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), duration: duration)
    }

    /// Puts events into the queue: a new record each, or another name for the one of that id.
    mutating func commit(_ ids: [Int], name: String) throws {
        _ = try opened.store.commit(
            try opened.page(ids.map { OpenStore.record($0, name: name) }), to: [opened.endpoint],
            detectedAt: now, at: now)
        loop.post(.wake, at: now)
    }

    mutating func resume() { loop.post(.resume, at: now) }

    /// Lets the time pass until then.
    mutating func run(until end: Instant, _ receiver: Receiver) throws {
        var looks = 0
        while let next = loop.next, next <= end {
            looks = next > now ? 0 : looks + 1
            // Looks at the same moment, again and again, would be a loop that never ends.
            try #require(looks < 10_000)
            now = max(now, next)
            for effect in loop.effects(at: now, chance: &chance) { try perform(effect, receiver) }
        }
        now = end
    }

    private mutating func perform(_ effect: EndpointMachine.Effect, _ receiver: Receiver) throws {
        switch effect {
        case .post(let attempt):
            attempts.append((attempt.delivery.sequence, now))
            let outcome = receiver(attempt.delivery, now)
            if outcome.isSuccess { takenAt[attempt.delivery.sequence] = now + outcome.duration }
            loop.post(
                .ended(attempt, bytes: attempt.delivery.body.count, outcome), at: now + outcome.duration)
        case .store(let verb, let question): loop.post(.stored(try answer(verb), question: question), at: now)
        case .putBack(let deliveries): opened.store.putBack(deliveries)
        case .mayRepeat, .goBy, .tell: break
        }
    }

    private func answer(_ verb: EndpointMachine.Verb) throws -> EndpointMachine.Answer {
        switch verb {
        case .settle(let reports, let holdUntil, let health, let now):
            try opened.store.settle(reports, of: opened.endpoint, holdUntil: holdUntil, health: health, at: now)
        case .resume: try opened.store.resume(opened.endpoint)
        case .giveUp(let deliveries, let now):
            return .gaveUp(try opened.store.giveUpUnreadable(deliveries, of: opened.endpoint, at: now))
        case .claim(let admission, let admitsReplays, let now):
            return .claimed(
                try opened.store.claim(of: opened.endpoint, admission, admittingReplays: admitsReplays, at: now))
        case .adopt: return .adopted(opened.endpoint.adoption)
        case .look(let replaysOpen, let now):
            return .waiting(try opened.store.waiting(of: opened.endpoint, replaysOpen: replaysOpen, at: now))
        }
        return .done
    }
}
