// Ends the daemon where its store cannot be gone on with.

import ChangeFeed
import Dispatch
import EventStore
import ServiceLifecycle

/// Looks whether the store is still the same now and then, also while nothing is written, and waits for what the desk finds.
struct StoreWatchService: Sendable {
    let desk: StoreDesk

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
        while !Task.isCancelled {
            // A file system that hangs holds up its own thread only.
            try? await Blocking.run(on: .global()) { try desk.requireSameStore() }
            try? await ContinuousClock().sleep(for: Limits.storeLookedAt)
        }
    }
}
