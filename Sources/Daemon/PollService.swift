// The loop that polls: sends what the account's machine asks for, and gives it what came of that.

import ChangeFeed
import EventStore
import DaemonConfiguration
import InsightlyAPI
import Logging
import Synchronization

/// The polling of one account.
final class PollService: ServiceLoop {
    /// What is asked, and how.
    private struct Equipment: Sendable {
        let plan: Plan.Account
        let client: InsightlyClient
    }

    private struct State {
        /// By which requests are sent, and those of plans that the machine does not go by yet.
        var current: Equipment
        var coming: [(api: Fingerprint, equipment: Equipment)] = []
        /// How often another plan was gone over to.
        var revision = 0
        var hints = HintSieve()
    }

    let store: any StoreEngine
    let roster: EndpointRoster
    let desk: StoreDesk
    let clock: SteadyClock
    let logger: Logger
    /// Told after every commit that put events into the queue.
    let eventsCommitted: @Sendable () -> Void
    /// Told after every commit.
    private let committed: @Sendable () -> Void
    private let version: String
    private let transport: InsightlyTransport
    private let permit: BeginPermit
    /// Open once nothing is to be sent any more.
    private let leaving = Latch()
    /// Whether the store has said that another daemon leads the account by now: this one is told a little later.
    private let isLedElsewhere = Atomic(false)
    private let state: Mutex<State>
    private let machine: AccountMachine
    private let loop: MachineLoop<AccountMachine>

    /// - Parameter known: what the store has of the account.
    init(
        _ plan: Plan.Account, known: StartingState.Account, roster: EndpointRoster, desk: StoreDesk, clock: SteadyClock,
        logger: Logger, version: String, eventsCommitted: @escaping @Sendable () -> Void,
        committed: @escaping @Sendable () -> Void, transport: InsightlyTransport, permit: BeginPermit
    ) {
        self.permit = permit
        store = known.store
        self.roster = roster
        self.desk = desk
        self.clock = clock
        self.logger = logger
        self.eventsCommitted = eventsCommitted
        self.committed = committed
        self.version = version
        self.transport = transport
        let client = InsightlyClient(plan.api, version: version, over: transport)
        state = Mutex(State(current: Equipment(plan: plan, client: client)))
        machine = AccountMachine(
            feed: AccountFeed(plan, known: known, at: clock.now), api: AccountIdentity.fingerprint(of: plan.api))
        loop = MachineLoop(label: "polling", clock: clock)
    }

    /// What is polled now, and how.
    var plan: Plan.Account { state.withLock(\.current.plan) }

    /// How often another plan was gone over to.
    var revision: Int { state.withLock(\.revision) }

    func run() async {
        await loop.run(machine, stop: .stop) {
            PollPerformer(
                service: self,
                log: PollLog(logger: logger, api: { self.plan.api }, clock: clock) {
                    self.leaving.isOpen || self.isLedElsewhere.load(ordering: .relaxed)
                })
        }
    }

    /// Is polled as another plan says, once the store goes by it too.
    func reconfigure(_ plan: Plan.Account) {
        let api = AccountIdentity.fingerprint(of: plan.api)
        let client = InsightlyClient(plan.api, version: version, over: transport)
        state.withLock { $0.coming.append((api, Equipment(plan: plan, client: client))) }
        loop.post(.plan(plan.polled(api: api)))
    }

    /// Requests that are sent from now on are those of the plan.
    fileprivate func goBy(_ plan: AccountPlan) {
        state.withLock { state in
            guard let place = state.coming.lastIndex(where: { $0.equipment.plan.polled(api: $0.api) == plan }) else {
                return
            }
            state.current = state.coming[place].equipment
            state.coming.removeFirst(place + 1)
            state.revision += 1
        }
    }

    func stop() {
        leaving.open()
        loop.post(.stop)
    }

    /// The operator says that the deletes of this resource that are held are real.
    func release(_ name: ResourceName) { loop.post(.release(name)) }

    /// The operator says that nobody is to be told of the deletes of this resource that are held.
    func dismiss(_ name: ResourceName) { loop.post(.dismiss(name)) }

    /// The operator says that whatever kept requests back is mended.
    func resumeAPI() { loop.post(.resumeAPI) }

    /// The operator wants a resource looked at next.
    ///
    /// - Parameter name: any name of its object.
    /// - Returns: false where it is not polled.
    func pollNow(_ name: ResourceName) -> Bool {
        guard let name = polledName(of: name) else { return false }
        loop.post(.pollNow(name))
        return true
    }

    /// Somebody says that a resource has changed.
    ///
    /// - Parameter name: any name of its object.
    /// - Returns: false where it is not polled.
    func hint(_ name: ResourceName) -> Bool {
        guard let name = polledName(of: name) else { return false }
        if state.withLock({ $0.hints.lets(name, at: clock.now) }) { loop.post(.hint(name)) }
        return true
    }

    private func polledName(of name: ResourceName) -> ResourceName? {
        plan.polling.resources.first { $0.name.canonical == name.canonical }?.name
    }

    func answers() async { await loop.answers() }

    fileprivate func send(_ request: APIRequest, for asker: AccountMachine.Asker) async {
        let client = state.withLock { state in
            if case .resource(let name) = asker { state.hints.asked(name) }
            return state.current.client
        }
        guard await permit.given(unless: leaving) else {
            return loop.post(.answered(asker, .failure(.shortage("this daemon leads the account no more"))))
        }
        loop.post(.answered(asker, await client.send(request)))
    }

    fileprivate func carryOut(_ verb: AccountMachine.Verb, _ question: Int) async {
        do {
            loop.post(.stored(try await answer(verb), question: question))
        } catch {
            if error is AccountLedElsewhere { isLedElsewhere.store(true, ordering: .relaxed) }
            loop.post(.storeFailed(reason: "\(error)", question: question))
        }
    }

    private func answer(_ verb: AccountMachine.Verb) async throws -> AccountMachine.Answer {
        let (store, roster) = (store, roster)
        switch verb {
        case .count(_, let request, let memory, let now):
            try await desk.run(.count) { try store.count(request, memory: memory, at: now) }
        case .remember(let memory):
            try await desk.run(.count) { try store.remember(memory) }
        case .learn(let instance):
            try await desk.run(.commit) { try store.remember(instance: instance) }
        case .resumed(let memory):
            try await desk.run(.operate) { try store.resumed(memory) }
        case .adopt(let plan, let now):
            return .adopted(
                try await desk.run(.commit) { try store.memory(adopting: plan.resources, at: now) })
        case .commit(let page, let now):
            let summary = try await desk.run(.commit) {
                try store.commit(page, to: roster.current, detectedAt: SteadyClock.wall, at: now)
            }
            committed()
            return .committed(summary)
        }
        return .done
    }
}

private struct PollPerformer: EffectPerformer {
    typealias Work = AccountMachine

    let service: PollService
    var log: PollLog

    mutating func perform(_ effect: AccountMachine.Effect, in tasks: inout DiscardingTaskGroup) {
        let service = service
        switch effect {
        case .send(let asker, let request): tasks.addTask { await service.send(request, for: asker) }
        case .store(let verb, let question): tasks.addTask { await service.carryOut(verb, question) }
        case .eventsQueued: service.eventsCommitted()
        case .goBy(let plan): service.goBy(plan)
        case .tell(let news): log.tell(news)
        case .endOfAnotherInstance(let known, let found, let cameLater):
            let problem = service.desk.store.anotherInstance(known: known, found: found)
            // A key that came with a reload is no reason to stop what goes on without it, nor is that of one account among
            // others: nothing is polled by it.
            guard cameLater || service.plan.title != nil else { return service.desk.end(problem) }
            service.logger.error("nothing is polled until the configuration is mended and read again: \(problem)")
        }
    }
}

extension InsightlyClient {
    fileprivate init(_ api: APISettings, version: String, over transport: InsightlyTransport) {
        self.init(baseURL: api.baseURL, apiKey: api.apiKey.revealedText, version: version, over: transport)
    }
}

extension AccountFeed {
    fileprivate init(_ account: Plan.Account, known: StartingState.Account, at now: Instant) {
        let polling = account.polling
        self.init(
            plans: polling.resources, progress: known.memory.progress, start: polling.start, overlap: polling.overlap,
            sweepInterval: polling.sweeps, tallies: known.memory.tallies,
            paces: known.memory.paces,
            instance: InstanceCheck(known: known.memory.instance, wait: known.budget.health.instance, at: now),
            budget: RequestBudget(terms: account.budget, memory: known.budget, at: now), at: now)
        fingerprints = known.memory.fingerprints
    }
}
