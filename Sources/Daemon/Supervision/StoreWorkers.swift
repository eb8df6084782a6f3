// What works at the store as a whole, whoever is polled and sent to.

import ChangeStore
import Logging

/// Pruning, and looking after the file of the store: begun once, when there is a store.
struct StoreWorkers {
    private let retention: @Sendable () -> Duration
    private let clock: SteadyClock
    private let logger: Logger
    private let ends: @Sendable (StoreProblem) -> Void
    private var haveBegun = false
    /// Open once they are to end.
    let leaving = Latch()

    /// - Parameters:
    ///   - retention: of the moment.
    ///   - ends: is told what the end of the daemon is.
    init(
        retention: @escaping @Sendable () -> Duration, clock: SteadyClock, logger: Logger,
        ends: @escaping @Sendable (StoreProblem) -> Void
    ) {
        self.retention = retention
        self.clock = clock
        self.logger = logger
        self.ends = ends
    }

    mutating func start(at desk: StoreDesk, in tasks: inout DiscardingTaskGroup) {
        guard !haveBegun else { return }
        haveBegun = true
        let pruning = PruneService(desk: desk, retention: retention, clock: clock, logger: logger)
        tasks.addTask { [leaving] in await leaving.ends { await pruning.run() } }
        tasks.addTask { [leaving, ends] in
            await leaving.ends {
                if let problem = await StoreWatchService(desk: desk).problem() { ends(problem) }
            }
        }
    }
}
