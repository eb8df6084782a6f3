// What works at the store as a whole, whoever is polled and sent to.

import EventStore
import Logging

/// Pruning, looking for what is asked, and looking after the file of the store: begun once, when there is a store.
struct StoreWorkers {
    private let retention: @Sendable () -> Duration
    private let accounts: @Sendable () -> [RunningAccount]
    private let isShared: Bool
    private let clock: SteadyClock
    private let logger: Logger
    private let ends: @Sendable (StoreProblem) -> Void
    private var haveBegun = false
    /// Open once they are to end.
    let leaving = Latch()

    /// - Parameters:
    ///   - retention: of the moment.
    ///   - accounts: those that run.
    ///   - isShared: whether others may work for those that do not.
    ///   - ends: is told what the end of the daemon is.
    init(
        retention: @escaping @Sendable () -> Duration, accounts: @escaping @Sendable () -> [RunningAccount],
        isShared: Bool, clock: SteadyClock, logger: Logger, ends: @escaping @Sendable (StoreProblem) -> Void
    ) {
        self.retention = retention
        self.accounts = accounts
        self.isShared = isShared
        self.clock = clock
        self.logger = logger
        self.ends = ends
    }

    mutating func start(at desk: StoreDesk, in tasks: inout DiscardingTaskGroup) {
        guard !haveBegun else { return }
        haveBegun = true
        let pruning = PruneService(
            desk: desk,
            accounts: { [accounts, isShared] in isShared ? accounts().map(\.store) : try desk.store.accounts() },
            retention: retention, clock: clock, logger: logger)
        let watch = RequestWatchService(desk: desk) { [accounts] asked in
            for account in accounts() where asked.contains(account.store.account.id) { account.nudgeOperator() }
        }
        tasks.addTask { [leaving] in await leaving.ends { await watch.run() } }
        tasks.addTask { [leaving] in await leaving.ends { await pruning.run() } }
        tasks.addTask { [leaving, ends, logger] in
            await leaving.ends {
                if let problem = await StoreWatchService(desk: desk, logger: logger).problem() { ends(problem) }
            }
        }
    }
}
