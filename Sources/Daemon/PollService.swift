// The loop that polls: sends what the account's machine asks for, and gives it what came of that.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import InsightlyAPI
import Logging
import ServiceLifecycle

/// The polling of one account.
package struct PollService: ServiceLoop {
    let account: StoredAccount
    let api: APISettings
    let endpoints: [StoredEndpoint]
    let desk: StoreDesk
    let client: InsightlyClient
    let clock: SteadyClock
    let logger: Logger
    /// Told after every commit that put events into the queue.
    let eventsCommitted: @Sendable () -> Void
    private let machine: AccountMachine
    private let loop: MachineLoop<AccountMachine>

    package init(
        account: StoredAccount, api: APISettings, endpoints: [StoredEndpoint], desk: StoreDesk, client: InsightlyClient,
        clock: SteadyClock, logger: Logger, feed: AccountFeed, eventsCommitted: @escaping @Sendable () -> Void
    ) {
        self.account = account
        self.api = api
        self.endpoints = endpoints
        self.desk = desk
        self.client = client
        self.clock = clock
        self.logger = logger
        self.eventsCommitted = eventsCommitted
        machine = AccountMachine(feed: feed)
        loop = MachineLoop(label: "polling", clock: clock)
    }

    package func run() async throws {
        await loop.run(machine, stop: .stop) {
            PollPerformer(service: self, log: PollLog(logger: logger, api: api, clock: clock))
        }
    }

    package func stop() { loop.post(.stop) }

    /// The operator says that the deletes of this resource that are held are real.
    package func release(_ name: ResourceName) { loop.post(.release(name)) }

    /// The operator says that nobody is to be told of the deletes of this resource that are held.
    package func dismiss(_ name: ResourceName) { loop.post(.dismiss(name)) }

    /// The operator says that whatever kept requests back is mended.
    package func resumeAPI() { loop.post(.resumeAPI) }

    package func answers() async { await loop.answers() }

    fileprivate func send(_ request: APIRequest, for asker: AccountMachine.Asker) async {
        loop.post(.answered(asker, await client.send(request)))
    }

    fileprivate func carryOut(_ verb: AccountMachine.Verb, _ question: Int) async {
        do {
            loop.post(.stored(try await answer(verb), question: question))
        } catch {
            loop.post(.storeFailed(reason: "\(error)", question: question))
        }
    }

    private func answer(_ verb: AccountMachine.Verb) async throws -> AccountMachine.Answer {
        let (account, endpoints) = (account, endpoints)
        switch verb {
        case .count(_, let request, let memory, let now):
            try await desk.run(.count) { try $0.count(request, of: account, memory: memory, at: now) }
        case .remember(let memory):
            try await desk.run(.count) { try $0.remember(memory, of: account) }
        case .learn(let instance):
            try await desk.run(.commit) { try $0.remember(instance: instance, of: account) }
        case .resumed(let memory):
            try await desk.run(.operate) { try $0.resumed(memory, of: account) }
        case .commit(let page, let now):
            return .committed(
                try await desk.run(.commit) {
                    try $0.commit(page, of: account, to: endpoints, detectedAt: SteadyClock.wall, at: now)
                })
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
        case .tell(let news): log.tell(news)
        case .endOfAnotherInstance(let known, let found):
            service.desk.end(.ofAnotherInstance(path: service.desk.store.path, known: known, found: found))
        }
    }
}
