// Runs what a plan names: the difference of two plans is started, reconfigured and stopped while everything else goes on.

import ChangeFeed
import DaemonConfiguration
import EventStore
import InsightlyAPI
import Logging
import ServiceLifecycle
import Synchronization

/// The accounts and endpoints of the daemon, and what works beside them at its store.
///
/// The first start is the difference from nothing. What another plan starts is brought together with the store before
/// anything is changed: where the store fails, everything stays as it was.
final class Supervisor: Service {
    struct Surroundings: Sendable {
        let store: any StoreLocation
        let version: String
        let clock: SteadyClock
        let logger: Logger
        let log: LogSetting
        /// Open once the daemon is to stop.
        let stop: Latch
        /// Heeded by all that begins for an account.
        let permit: BeginPermit
        /// Of the lease under which an account is led; nil where the store is this daemon's alone.
        let epoch: @Sendable (String) -> Int?
        /// Whether an account is this daemon's at this moment.
        let leads: @Sendable (String) -> Bool
        /// Has the admin server listen there from now on; nil: nowhere.
        let listen: @Sendable (Servers.AdminPlace?) -> Void
        /// Has hints listened for there from now on; nil: nowhere.
        let listenForHints: @Sendable (HintListen?) -> Void
    }

    private struct State {
        var plan = Plan.nothing
        var desk: StoreDesk?
        /// Of all accounts; nil while there was none.
        var transport: InsightlyTransport?
        var accounts: [String: RunningAccount] = [:]
        /// Of those that were stopped last under a name: another one waits for it.
        var ending: [String: Latch] = [:]
        var retention: Duration = .zero
        var adminConnections = Limits.fewestAdminConnections
        var problem: StoreProblem?
        /// Open once the plan of the moment is under way.
        var taken: Latch?
    }

    private struct Letter: Sendable {
        let difference: PlanDifference
        let starting: StartingState
        let taken: Latch
    }

    private let surroundings: Surroundings
    private let state = Mutex(State())
    private let letters: AsyncStream<Letter>
    private let inbox: AsyncStream<Letter>.Continuation

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        (letters, inbox) = AsyncStream.makeStream()
    }

    /// The desk of the store; nil while none was needed.
    var desk: StoreDesk? { state.withLock(\.desk) }

    /// Those that run, by name.
    var running: [String: RunningAccount] { state.withLock(\.accounts) }
    var accounts: [RunningAccount] { Array(running.values) }
    var loops: [any ServiceLoop] { accounts.flatMap(\.loops) }

    /// That the system has descriptors for.
    var adminConnections: Int { state.withLock(\.adminConnections) }
    /// That is gone by, or is gone over to.
    var currentPlan: Plan { state.withLock(\.plan) }

    /// Brings the store together with the first plan, which begins to be run by `run`.
    ///
    /// The store is open then, also where nothing is to be run.
    ///
    /// - Returns: false where the daemon was told to stop before the store was open.
    /// - Throws: `StoreProblem` where the store cannot be used.
    func prepare(_ plan: Plan, opensStore: Bool) async throws -> Bool {
        if opensStore, try await bringStoreTogether(with: [], opens: true) == nil { return false }
        return try await self.plan(plan) != nil
    }

    /// Begins what the plan names, and ends what it does not name any more. Returns once that is under way.
    ///
    /// - Returns: what was done; empty where the plan is the same. Nil where the daemon was told to stop meanwhile.
    /// - Throws: where the store could not be brought together with what is new. Nothing is changed then.
    func go(to plan: Plan) async throws -> [PlanDifference.Step]? {
        // What receivers are told that an account is called goes with all that works for it: it ends, and begins anew.
        let former = currentPlan
        var between = plan
        for (name, account) in former.accounts where plan.accounts[name].map({ $0.title != account.title }) ?? false {
            between.accounts[name] = nil
        }
        guard between != plan else { return try await goAtOnce(to: plan) }
        guard let first = try await goAtOnce(to: between), let second = try await goAtOnce(to: plan) else { return nil }
        return first + second
    }

    private func goAtOnce(to plan: Plan) async throws -> [PlanDifference.Step]? {
        guard let letter = try await self.plan(plan) else { return nil }
        await surroundings.stop.ends { await letter.taken.wait() }
        return surroundings.stop.isOpen ? nil : letter.difference.steps
    }

    private func plan(_ plan: Plan) async throws -> Letter? {
        // What the plan before starts, this one may change.
        if let taken = state.withLock(\.taken) { await surroundings.stop.ends { await taken.wait() } }
        let difference = PlanDifference(from: state.withLock(\.plan), to: plan)
        for step in difference.steps { await ending(under: step)?.wait() }
        guard let starting = try await bringStoreTogether(with: difference.steps) else { return nil }
        let descriptors = surroundings.logger.descriptors(for: plan)
        let (former, isAnotherShare) = state.withLock { state in
            defer {
                state.adminConnections = descriptors.adminConnections
                (state.plan, state.retention) = (plan, plan.retention)
            }
            return (state.plan, state.adminConnections != descriptors.adminConnections)
        }
        // The servers leave descriptors to deliveries, also to those that came later.
        if isAnotherShare {
            if former.adminListen == plan.adminListen { surroundings.listen(Servers.AdminPlace(plan)) }
            if former.hint == plan.hint { surroundings.listenForHints(plan.hint) }
        }
        let letter = Letter(difference: difference, starting: starting, taken: Latch())
        state.withLock { $0.taken = letter.taken }
        // What comes after the end is taken by nobody: where the daemon ends by itself, its leases are still given back.
        if case .terminated = inbox.yield(letter) { letter.taken.open() }
        return letter
    }

    /// Nothing new is begun from now on.
    func stop() {
        inbox.finish()
        for account in accounts { account.stop() }
    }

    /// - Throws: the `StoreProblem` that is the end.
    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { tasks in
                var workers = StoreWorkers(
                    retention: { self.state.withLock(\.retention) }, accounts: { self.accounts },
                    isShared: surroundings.store.isShared,
                    clock: surroundings.clock, logger: surroundings.logger
                ) { problem in
                    // It is told when everything has ended.
                    self.state.withLock { $0.problem = problem }
                    self.stop()
                }
                for await letter in letters {
                    for step in letter.difference.steps { take(step, letter.starting, in: &tasks) }
                    if let desk { workers.start(at: desk, in: &tasks) }
                    letter.taken.open()
                }
                workers.leaving.open()
                stop()
            }
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
        // Where it cannot, the process has nothing of it but memory.
        try? await state.withLock(\.transport)?.shutdown()
        if let problem = state.withLock(\.problem) { throw problem }
        // A service that ends before its turn counts as failed.
        try? await gracefulShutdown()
    }
}

// MARK: - The store

extension Supervisor {
    /// - Returns: nil where the daemon was told to stop before the store was open.
    private func bringStoreTogether(
        with steps: [PlanDifference.Step], opens: Bool = false
    ) async throws -> StartingState? {
        let now = surroundings.clock.now
        guard opens || steps.contains(where: \.needsStore) else { return StartingState() }
        if let desk {
            let running = running
            return try await desk.run(.commit) { [epoch = surroundings.epoch] in
                let starting = try StartingState(
                    steps, of: desk.store, running: running.mapValues(\.store), under: epoch, at: now)
                for (account, endpoints) in starting.endpoints {
                    for endpoint in endpoints.values { running[account]?.endpoints.roster.admit(endpoint) }
                }
                return starting
            }
        }
        let opening = StoreOpening(location: surroundings.store, logger: surroundings.logger)
        let opened = try await opening.open(until: surroundings.stop) {
            try StartingState(steps, of: $0, running: [:], under: self.surroundings.epoch, at: now)
        }
        guard let (store, starting) = opened else { return nil }
        let desk = StoreDesk(store, logger: surroundings.logger)
        state.withLock { $0.desk = desk }
        surroundings.logger.logOpened(store)
        return starting
    }
}

// MARK: - The steps

extension Supervisor {
    private func take(_ step: PlanDifference.Step, _ starting: StartingState, in tasks: inout DiscardingTaskGroup) {
        switch step {
        case .log(let settings): surroundings.log.adopt(settings)
        // Known since the plan is: nothing may be pruned by none.
        case .keepDelivered: break
        case .startAccount(let name, let account): start(account, named: name, starting, in: &tasks)
        case .startEndpoint(let endpoint, let name):
            guard let known = starting.endpoints[name]?[endpoint.settings.name] else {
                preconditionFailure("endpoint \(endpoint.settings.name) is started without a place in the store")
            }
            running[name]?.endpoints.begin(endpoint, known: known)
        case .reconfigureEndpoint(let endpoint, let name): running[name]?.endpoints.reconfigure(endpoint)
        case .reconfigureAccount(let name, _, let account): running[name]?.polls.reconfigure(account)
        case .stopEndpoint(let endpoint, let name): running[name]?.endpoints.end(endpoint, in: &tasks)
        case .stopAccount(let name): state.withLock { $0.accounts.removeValue(forKey: name) }?.stop()
        case .admin(let address, let token):
            surroundings.listen(address.map { Servers.AdminPlace(listen: $0, token: token) })
        case .hints(let place): surroundings.listenForHints(place)
        }
    }

    private func start(
        _ account: Plan.Account, named name: String, _ starting: StartingState, in tasks: inout DiscardingTaskGroup
    ) {
        guard let desk, let known = starting.accounts[name] else {
            preconditionFailure("account \(name) is started without a store")
        }
        var logger = surroundings.logger
        if let title = account.title { logger[metadataKey: "account"] = "\(title)" }
        let transport = state.withLock { state in
            let transport = state.transport ?? InsightlyTransport()
            state.transport = transport
            return transport
        }
        let started = RunningAccount(
            account, known: known,
            .init(
                desk: desk, transport: transport, version: surroundings.version, clock: surroundings.clock,
                permit: surroundings.permit, logger: logger))
        state.withLock {
            $0.accounts[name] = started
            $0.ending[name] = started.ended
        }
        logger.logPolling(
            known.queue, account.polling.resources.map(\.name.text).joined(separator: " "),
            version: surroundings.version, store: surroundings.store.place)
        logger.logStart(of: known)
        tasks.addTask { await started.run() }
        // What was lost while it started begins nothing.
        if surroundings.stop.isOpen || !surroundings.leads(name) { started.stop() }
    }

    /// Open once all has ended that was begun last under a name; nil where nothing ever was.
    func ending(ofAccount name: String) -> Latch? { state.withLock { $0.ending[name] } }

    /// The end of the one that was stopped last, and that the step starts again.
    private func ending(under step: PlanDifference.Step) -> Latch? {
        switch step {
        case .startEndpoint(let endpoint, let name): running[name]?.endpoints.ending(of: endpoint.settings.name)
        case .startAccount(let name, _): ending(ofAccount: name)
        default: nil
        }
    }
}
