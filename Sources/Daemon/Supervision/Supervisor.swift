// Runs what a plan names: the difference of two plans is started, reconfigured and stopped while everything else goes on.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import EventStore
import Logging
import ServiceLifecycle
import Synchronization

/// The accounts and endpoints of the daemon, and what works beside them at its store.
///
/// The first start is the difference from nothing. What another plan starts is brought together with the store before
/// anything is changed: where the store fails, everything stays as it was.
final class Supervisor: Service {
    struct Surroundings: Sendable {
        let storePath: String
        let version: String
        let clock: SteadyClock
        let logger: Logger
        let log: LogSetting
        /// Open once the daemon is to stop.
        let stop: Latch
        /// Has the admin server listen there from now on; nil: nowhere.
        let listen: @Sendable (Servers.AdminPlace?) -> Void
        /// Has hints listened for there from now on; nil: nowhere.
        let listenForHints: @Sendable (HintListen?) -> Void
    }

    struct Account: Sendable {
        let polls: PollService
        let requests: OperatorService
        /// Open once what works beside it is to end.
        let leaving: Latch
    }

    private struct Endpoint {
        let deliveries: DeliveryService
        /// Open once no event is written for it any more.
        let left: Latch
    }

    private struct State {
        var plan = Plan.nothing
        var desk: StoreDesk?
        var accounts: [String: Account] = [:]
        var endpoints: [String: Endpoint] = [:]
        /// Of those that were stopped last under a name: another one waits for it.
        var ending: [String: Latch] = [:]
        var retention: Duration = .zero
        var adminConnections = Limits.fewestAdminConnections
        var problem: StoreProblem?
    }

    private struct Letter: Sendable {
        let difference: PlanDifference
        let starting: StartingState
        let taken: Latch
    }

    private let surroundings: Surroundings
    private let roster = EndpointRoster([])
    private let state = Mutex(State())
    private let letters: AsyncStream<Letter>
    private let inbox: AsyncStream<Letter>.Continuation

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        (letters, inbox) = AsyncStream.makeStream()
    }

    /// The desk of the store; nil while none was needed.
    var desk: StoreDesk? { state.withLock(\.desk) }

    /// Those that run.
    var loops: [any ServiceLoop] {
        state.withLock { state in
            state.accounts.values.map { $0.polls as any ServiceLoop } + state.endpoints.values.map(\.deliveries)
        }
    }

    var accounts: [Account] { state.withLock { Array($0.accounts.values) } }
    var polling: PollService? { state.withLock { $0.accounts.first?.value.polls } }
    /// That the system has descriptors for.
    var adminConnections: Int { state.withLock(\.adminConnections) }
    /// That is gone by, or is gone over to.
    var currentPlan: Plan { state.withLock(\.plan) }

    private var deliveries: [DeliveryService] { state.withLock { $0.endpoints.values.map(\.deliveries) } }

    /// Brings the store together with the first plan, which begins to be run by `run`.
    ///
    /// - Returns: false where the daemon was told to stop before the store was open.
    /// - Throws: `StoreProblem` where the store cannot be used.
    func prepare(_ plan: Plan) async throws -> Bool {
        try await self.plan(plan) != nil
    }

    /// Begins what the plan names, and ends what it does not name any more. Returns once that is under way.
    ///
    /// - Returns: what was done; empty where the plan is the same. Nil where the daemon was told to stop meanwhile.
    /// - Throws: where the store could not be brought together with what is new. Nothing is changed then.
    func go(to plan: Plan) async throws -> [PlanDifference.Step]? {
        guard let letter = try await self.plan(plan) else { return nil }
        await surroundings.stop.ends { await letter.taken.wait() }
        return surroundings.stop.isOpen ? nil : letter.difference.steps
    }

    private func plan(_ plan: Plan) async throws -> Letter? {
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
        inbox.yield(letter)
        return letter
    }

    /// Nothing new is begun from now on.
    func stop() {
        inbox.finish()
        for loop in loops { loop.stop() }
    }

    /// - Throws: the `StoreProblem` that is the end.
    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { tasks in
                var workers = StoreWorkers(
                    retention: { self.state.withLock(\.retention) }, clock: surroundings.clock,
                    logger: surroundings.logger
                ) { problem in
                    // It is told when everything has ended.
                    self.state.withLock { $0.problem = problem }
                    self.stop()
                }
                for await letter in letters {
                    if let desk { workers.start(at: desk, in: &tasks) }
                    for step in letter.difference.steps { take(step, letter.starting, in: &tasks) }
                    letter.taken.open()
                }
                let (accounts, endpoints) = state.withLock { (Array($0.accounts.values), Array($0.endpoints.values)) }
                for account in accounts { account.leaving.open() }
                for endpoint in endpoints { endpoint.left.open() }
                workers.leaving.open()
                stop()
            }
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
        if let problem = state.withLock(\.problem) { throw problem }
        // A service that ends before its turn counts as failed.
        try? await gracefulShutdown()
    }
}

// MARK: - The store

extension Supervisor {
    /// - Returns: nil where the daemon was told to stop before the store was open.
    private func bringStoreTogether(with steps: [PlanDifference.Step]) async throws -> StartingState? {
        let now = surroundings.clock.now
        guard steps.contains(where: \.needsStore) else { return StartingState() }
        if let desk {
            return try await desk.run(.commit) { [roster] store in
                let starting = try StartingState(steps, of: store, at: now)
                for endpoint in starting.endpoints.values {
                    store.putBackAll(of: endpoint)
                    roster.admit(endpoint)
                }
                return starting
            }
        }
        let opening = StoreOpening(path: surroundings.storePath, logger: surroundings.logger)
        let opened = try await opening.open(until: surroundings.stop) { try StartingState(steps, of: $0, at: now) }
        guard let (store, starting) = opened else { return nil }
        for endpoint in starting.endpoints.values { roster.admit(endpoint) }
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
        case .startEndpoint(let endpoint): start(endpoint, starting, in: &tasks)
        case .reconfigureEndpoint(let endpoint):
            state.withLock { $0.endpoints[endpoint.settings.name] }?.deliveries.reconfigure(endpoint)
        case .startAccount(let name, let account): start(account, named: name, starting, in: &tasks)
        case .reconfigureAccount(let name, _, let account):
            state.withLock { $0.accounts[name] }?.polls.reconfigure(account)
        case .stopAccount(let name):
            let account = state.withLock { $0.accounts.removeValue(forKey: name) }
            account?.leaving.open()
            account?.polls.stop()
        case .stopEndpoint(let name): stop(endpoint: name, in: &tasks)
        case .admin(let address, let token):
            surroundings.listen(address.map { Servers.AdminPlace(listen: $0, token: token) })
        case .hints(let place): surroundings.listenForHints(place)
        }
    }

    private func start(_ endpoint: Plan.Endpoint, _ starting: StartingState, in tasks: inout DiscardingTaskGroup) {
        let name = endpoint.settings.name
        guard let desk, let known = starting.endpoints[name],
            let account = starting.accounts.first?.value.stored ?? polling?.account
        else { preconditionFailure("endpoint \(name) is started without a store or an account") }
        let deliveries = DeliveryService(
            endpoint, known: known, account: account, roster: roster, desk: desk, clock: surroundings.clock,
            logger: surroundings.logger, version: surroundings.version)
        let (left, ended) = (Latch(), Latch())
        state.withLock {
            $0.endpoints[name] = Endpoint(deliveries: deliveries, left: left)
            $0.ending["endpoint \(name)"] = ended
        }
        known.logStart(deliveries.logger, at: surroundings.clock.now)
        tasks.addTask {
            await deliveries.run()
            await left.wait()
            ended.open()
        }
        if surroundings.stop.isOpen { deliveries.stop() }
    }

    /// What an account that ends at the same time still reads is written for it: nobody would get that else.
    private func stop(endpoint name: String, in tasks: inout DiscardingTaskGroup) {
        let (endpoint, accounts) = state.withLock { state in
            let running = state.accounts.keys.map { "account \($0)" }
            let ending = state.ending.filter { $0.key.hasPrefix("account ") && !running.contains($0.key) }
            return (state.endpoints.removeValue(forKey: name), Array(ending.values))
        }
        guard let endpoint, let desk else { return }
        endpoint.deliveries.stop()
        tasks.addTask { [roster] in
            for account in accounts { await account.wait() }
            // Where the store is closed, nobody writes to it.
            _ = try? await desk.run(.operate) { _ in roster.dismiss(name) }
            endpoint.left.open()
        }
    }

    private func start(
        _ account: Plan.Account, named name: String, _ starting: StartingState, in tasks: inout DiscardingTaskGroup
    ) {
        guard let desk, let known = starting.accounts[name] else {
            preconditionFailure("account \(name) is started without a store")
        }
        let polls = PollService(
            account, known: known, roster: roster, desk: desk, clock: surroundings.clock, logger: surroundings.logger,
            version: surroundings.version, eventsCommitted: { for deliveries in self.deliveries { deliveries.wake() } })
        let requests = OperatorService(
            polls: polls, running: { self.deliveries }, desk: desk, clock: surroundings.clock,
            logger: surroundings.logger)
        let (leaving, ended) = (Latch(), Latch())
        state.withLock {
            $0.accounts[name] = Account(polls: polls, requests: requests, leaving: leaving)
            $0.ending["account \(name)"] = ended
        }
        surroundings.logger.logPolling(
            starting.queue, account.polling.resources.map(\.name.text).joined(separator: " "),
            version: surroundings.version, store: surroundings.storePath)
        surroundings.logger.logStart(of: known)
        tasks.addTask {
            await withDiscardingTaskGroup { both in
                both.addTask { await polls.run() }
                both.addTask { await leaving.ends { await requests.run() } }
            }
            ended.open()
        }
        if surroundings.stop.isOpen { polls.stop() }
    }

    /// The end of the one that was stopped last, and that the step starts again.
    private func ending(under step: PlanDifference.Step) -> Latch? {
        switch step {
        case .startEndpoint(let endpoint): state.withLock { $0.ending["endpoint \(endpoint.settings.name)"] }
        case .startAccount(let name, _): state.withLock { $0.ending["account \(name)"] }
        default: nil
        }
    }
}
