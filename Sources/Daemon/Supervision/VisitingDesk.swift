// What the admin server asks of the store: beside the daemon, as a command line would.

import AdminHTTP
import ChangeFeed
import DaemonConfiguration
import Dispatch
import EventStore
import Operations
import Synchronization

/// Opens the store for each thing that is asked, so that nothing of it is kept for nobody, and the daemon's own work waits
/// for none of it. Questions wait for each other, and so do commands; where too many wait, the next one is refused.
final class VisitingDesk: Sendable {
    private let location: any StoreLocation
    private let clock: SteadyClock
    private let questions = DispatchQueue(label: "questions of the admin server")
    private let commands = DispatchQueue(label: "commands of the admin server")
    private let waiting = Mutex(0)

    init(_ location: any StoreLocation, clock: SteadyClock) {
        self.location = location
        self.clock = clock
    }

    func ask<Asked: Question>(
        _ question: Asked, of account: Plan.Account, named name: String
    ) async throws -> Asked.Answer {
        // What has to look through the whole log keeps nobody from a glance at it.
        try await run(on: question is CountReplay ? commands : questions) { [self] in
            try scope(account, name, isReadOnly: true).ask(question)
        }
    }

    func leave<Asked: Command>(
        _ command: Asked, with account: Plan.Account, named name: String
    ) async throws -> Asked.Answer {
        try await run(on: commands) { [self] in try scope(account, name, isReadOnly: false).leave(command) }
    }

    private func scope(_ account: Plan.Account, _ name: String, isReadOnly: Bool) throws -> OperationScope {
        let store = try location.visit(account: name, isReadOnly: isReadOnly)
        return OperationScope(
            store: store, api: account.api, polling: account.polling,
            endpoints: account.endpoints.map { .init(name: $0.settings.name, rules: $0.settings.rules) },
            // This daemon runs; whether it, or any, leads the account, a store says that several share.
            hasDaemon: location.isShared ? store.hasDaemon : true, at: clock.now)
    }

    private func run<Answer: Sendable>(
        on queue: DispatchQueue, _ work: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        let isRoom = waiting.withLock { waiting in
            guard waiting < Limits.adminQuestionsWaiting else { return false }
            waiting += 1
            return true
        }
        guard isRoom else {
            throw DeskBusy(reason: "More is asked at once than the store can answer; ask again later.")
        }
        // However the waiting ends: who has left takes up no room.
        defer { waiting.withLock { $0 -= 1 } }
        return try await Blocking.run(on: queue, skipsCancelled: true, work)
    }
}
