// The loop that delivers: posts what the endpoint's machine asks for, and gives it what came of that.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Logging
import ServiceLifecycle
import Synchronization
import WebhookDelivery

/// The delivering of events to one endpoint.
final class DeliveryService: ServiceLoop {
    /// What is sent, where to, and by whom.
    private struct Equipment: Sendable {
        let plan: Plan.Endpoint
        let sender: Tool<WebhookSender>
        let envelope: WebhookEnvelope
    }

    private struct State {
        var endpoint: StoredEndpoint
        /// Of the plan that the machine goes by, and of those that it does not go by yet.
        var equipment: [Int: Equipment]
        var revision = 0
        var latest = 0
    }

    let name: String
    let logger: Logger
    private let store: any StoreEngine
    private let roster: EndpointRoster
    private let desk: StoreDesk
    private let permit: BeginPermit
    private let clock: SteadyClock
    private let version: String
    private let state: Mutex<State>
    private let machine: EndpointMachine
    private let loop: MachineLoop<EndpointMachine>
    /// Open once it was told to stop.
    private let leaving = Latch()
    /// Attempts that wait until they may make their request once more.
    private let repeating = Mutex<[Int64: AsyncStream<Instant>.Continuation]>([:])

    /// - Parameter store: of the account whose events it gets.
    init(
        _ plan: Plan.Endpoint, known: StoredEndpoint, store: any StoreEngine, roster: EndpointRoster, desk: StoreDesk,
        clock: SteadyClock, permit: BeginPermit, logger: Logger, version: String
    ) {
        self.permit = permit
        name = plan.settings.name
        self.store = store
        self.roster = roster
        self.desk = desk
        self.clock = clock
        self.version = version
        var logger = logger
        logger[metadataKey: "endpoint"] = "\(name)"
        self.logger = logger
        let first = Equipment(
            plan: plan, sender: .webhooks(plan.settings),
            envelope: WebhookEnvelope(plan, account: store.account, version: version))
        state = Mutex(State(endpoint: known, equipment: [0: first]))
        machine = EndpointMachine(plan.settings.terms, heldUntil: known.heldUntil, health: known.health)
        loop = MachineLoop(label: "delivery to \(name)", clock: clock)
    }

    /// The endpoint as the store has it.
    var endpoint: StoredEndpoint { state.withLock(\.endpoint) }

    /// Attempts in flight when the stop comes are waited for: each has its own timeout.
    func run() async {
        await loop.run(machine, stop: .stop) {
            DeliveryPerformer(service: self, log: DeliveryLog(logger: logger, endpoint: name))
        }
        for equipment in state.withLock(\.equipment).values { await equipment.sender.retire() }
    }

    /// Is sent to as another plan says, once the store goes by it too, and what needs an end before has ended.
    func reconfigure(_ plan: Plan.Endpoint) {
        let revision = state.withLock { state in
            let former = state.equipment[state.latest]
            var sender = former?.sender
            if let former, plan.settings.needsAnotherSender(than: former.plan.settings) { sender = nil }
            state.latest += 1
            state.equipment[state.latest] = Equipment(
                plan: plan, sender: sender ?? .webhooks(plan.settings),
                envelope: WebhookEnvelope(plan, account: store.account, version: version))
            return state.latest
        }
        loop.post(.plan(EndpointMachine.Plan(plan.settings.terms, revision: revision)))
    }

    /// Attempts that begin from now on are made as the plan says.
    ///
    /// - Returns: what is of no use any more.
    fileprivate func goBy(_ plan: EndpointMachine.Plan) -> [Tool<WebhookSender>] {
        state.withLock { state in
            state.revision = plan.revision
            let former = state.equipment.filter { $0.key < plan.revision }
            state.equipment = state.equipment.filter { $0.key >= plan.revision }
            let used = state.equipment.values.map(\.sender)
            return former.values.map(\.sender).filter { tool in !used.contains { $0 === tool } }
        }
    }

    func stop() {
        leaving.open()
        loop.post(.stop)
    }

    /// New events are in the queue.
    func wake() { loop.post(.wake) }

    /// Somebody says that the receiver is well again.
    func resume() { loop.post(.resume) }

    func answers() async { await loop.answers() }

    fileprivate func make(_ attempt: Attempt) async {
        let (equipment, revision) = state.withLock { state in
            state.equipment[state.revision]?.sender.take()
            return (state.equipment[state.revision], state.revision)
        }
        guard let equipment else { preconditionFailure("nothing is known of revision \(revision) of \(name)") }
        let (bytes, outcome) = await equipment.sender.use { sender in
            guard await permit.given(unless: leaving) else {
                return (0, AttemptOutcome(verdict: .failed(.interrupted), duration: .zero))
            }
            let post = equipment.envelope.post(attempt.delivery, at: SteadyClock.wall)
            return (post.body.count, await sender.post(post) { try await self.turnToRepeat(attempt) })
        }
        loop.post(.ended(attempt, bytes: bytes, outcome))
    }

    /// Waits until a request that has to be made once more may leave; throws where a stop comes meanwhile.
    private func turnToRepeat(_ attempt: Attempt) async throws {
        let (departures, answer) = AsyncStream.makeStream(of: Instant.self)
        repeating.withLock { $0[attempt.delivery.id] = answer }
        loop.post(.asksToRepeat(attempt))
        let mayLeave = Latch()
        await leaving.ends {
            await cancelWhenGracefulShutdown {
                for await departure in departures { try? await Task.sleep(for: max(.zero, departure - self.clock.now)) }
                if !Task.isCancelled { mayLeave.open() }
            }
        }
        guard mayLeave.isOpen, await permit.given(unless: leaving) else { throw CancellationError() }
    }

    fileprivate func letRepeat(_ attempt: Attempt, at departure: Instant) {
        guard let waiting = repeating.withLock({ $0.removeValue(forKey: attempt.delivery.id) }) else { return }
        waiting.yield(departure)
        waiting.finish()
    }

    fileprivate func putBack(_ deliveries: [Int64]) { store.putBack(deliveries) }

    fileprivate func carryOut(_ verb: EndpointMachine.Verb, _ question: Int) async {
        do {
            loop.post(.stored(try await answer(verb), question: question))
        } catch {
            loop.post(.storeFailed(reason: "\(error)", question: question))
        }
    }

    /// The store, whoever writes events, and this service go over together.
    private func adopt(_ plan: EndpointMachine.Plan, at now: Instant) async throws -> EndpointMachine.Adoption {
        guard let settings = state.withLock({ $0.equipment[plan.revision]?.plan.settings }) else {
            preconditionFailure("nothing is known of revision \(plan.revision) of \(name)")
        }
        return try await desk.run(.deliver) { [self] in
            let stored = try store.endpoint(settings, at: now)
            state.withLock { $0.endpoint = stored }
            roster.update(stored)
            return stored.adoption
        }
    }

    private func answer(_ verb: EndpointMachine.Verb) async throws -> EndpointMachine.Answer {
        let (endpoint, store) = (endpoint, store)
        return switch verb {
        case .adopt(let plan, let now): .adopted(try await adopt(plan, at: now))
        case .settle(let reports, let holdUntil, let health, let now):
            try await desk.run(.deliver) {
                try store.settle(reports, of: endpoint, holdUntil: holdUntil, health: health, at: now)
                return .done
            }
        case .resume:
            try await desk.run(.deliver) {
                try store.resume(endpoint)
                return .done
            }
        case .giveUp(let deliveries, let now):
            try await desk.run(.deliver) {
                .gaveUp(try store.giveUpUnreadable(deliveries, of: endpoint, at: now))
            }
        case .claim(let admission, let admitsReplays, let now):
            try await desk.run(.deliver) {
                .claimed(try store.claim(of: endpoint, admission, admittingReplays: admitsReplays, at: now))
            }
        case .look(let replaysOpen, let now):
            try await desk.run(.deliver) {
                .waiting(try store.waiting(of: endpoint, replaysOpen: replaysOpen, at: now))
            }
        }
    }
}

private struct DeliveryPerformer: EffectPerformer {
    typealias Work = EndpointMachine

    let service: DeliveryService
    var log: DeliveryLog

    mutating func perform(_ effect: EndpointMachine.Effect, in tasks: inout DiscardingTaskGroup) {
        let service = service
        switch effect {
        case .post(let attempt): tasks.addTask { await service.make(attempt) }
        case .mayRepeat(let attempt, let departure): service.letRepeat(attempt, at: departure)
        case .store(let verb, let question): tasks.addTask { await service.carryOut(verb, question) }
        case .putBack(let deliveries): service.putBack(deliveries)
        case .goBy(let plan):
            for sender in service.goBy(plan) { tasks.addTask { await sender.retire() } }
        case .tell(let news): log.tell(news)
        }
    }
}
