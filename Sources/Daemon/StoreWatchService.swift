// Ends the daemon where its store cannot be gone on with, and tells of what is wrong with how it lies there.

import ChangeFeed
import Dispatch
import EventStore
import Logging
import ServiceLifecycle

/// Looks whether the store is still the same now and then, also while nothing is written, and waits for what the desk finds.
struct StoreWatchService: Sendable {
    let desk: StoreDesk
    let logger: Logger

    /// What is the end of the daemon; nil where it ends without.
    func problem() async -> StoreProblem? {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { looking in
                looking.addTask { await look() }
                defer { looking.cancelAll() }
                return await desk.endings.first { _ in true }
            }
        }
    }

    private func look() async {
        // The start has told of these.
        var told = desk.store.warnings
        while !Task.isCancelled {
            // What ends and comes back is told of again.
            let warnings = desk.store.warnings
            for words in warnings where !told.contains(words) { logger.warning("\(words)", of: desk.store) }
            told = warnings
            // A file system that hangs holds up its own thread only.
            try? await Blocking.run(on: .global()) { try desk.requireSameStore() }
            try? await ContinuousClock().sleep(for: Limits.storeLookedAt)
        }
    }
}
