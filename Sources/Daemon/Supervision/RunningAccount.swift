// An account that runs: its polling, the endpoints that get its events, and what carries out what is asked of it.

import ChangeFeed
import DaemonConfiguration
import EventStore
import InsightlyAPI
import Logging

/// Begun with its plan, changed by another one, and ended, while the accounts beside it go on.
final class RunningAccount: Sendable {
    /// What all accounts share.
    struct Surroundings: Sendable {
        let desk: StoreDesk
        let transport: InsightlyTransport
        let version: String
        let clock: SteadyClock
        let permit: BeginPermit
        let logger: Logger
    }

    let store: any StoreEngine
    let polls: PollService
    let endpoints: AccountEndpoints
    /// Open once everything of it has ended.
    let ended = Latch()
    private let requests: OperatorService
    private let wishes = OperatorBell()
    /// Open once it is to end.
    private let leaving = Latch()

    init(_ plan: Plan.Account, known: StartingState.Account, _ surroundings: Surroundings) {
        let (desk, clock, logger) = (surroundings.desk, surroundings.clock, surroundings.logger)
        let stored = plan.endpoints.map { endpoint in
            guard let stored = known.endpoints[endpoint.settings.name] else {
                preconditionFailure("endpoint \(endpoint.settings.name) starts without a place in the store")
            }
            return stored
        }
        store = known.store
        let endpoints = AccountEndpoints(of: known.store, known: stored, surroundings)
        polls = PollService(
            plan, known: known, roster: endpoints.roster, desk: desk, clock: clock, logger: logger,
            version: surroundings.version, eventsCommitted: { endpoints.wake() }, committed: wishes.committed,
            transport: surroundings.transport, permit: surroundings.permit)
        requests = OperatorService(
            polls: polls, running: { endpoints.deliveries }, desk: desk, clock: clock, logger: logger, bell: wishes)
        self.endpoints = endpoints
        for (endpoint, known) in zip(plan.endpoints, stored) { endpoints.begin(endpoint, known: known) }
    }

    var loops: [any ServiceLoop] { [polls] + endpoints.deliveries }

    /// What was asked for just now, by way of the store, is looked for at once.
    func nudgeOperator() { wishes.asked() }

    /// Returns once all of it has ended.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { [self] in
                await polls.run()
                // What an account still reads while it ends is written for its endpoints: nobody would get that else.
                endpoints.leave()
            }
            tasks.addTask { [self] in await leaving.ends { await self.requests.run() } }
            tasks.addTask { [self] in await endpoints.run() }
        }
        ended.open()
    }

    /// Nothing new is begun from now on.
    func stop() {
        leaving.open()
        polls.stop()
        endpoints.stop()
    }
}
