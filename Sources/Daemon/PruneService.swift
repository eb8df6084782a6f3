// Lets delivered events go after their retention, and sweeps once they have ended, a few at a time, so that nothing waits long for the store.

import ChangeFeed
import ChangeStore
import Logging
import ServiceLifecycle

struct PruneService: Sendable {
    let desk: StoreDesk
    /// Of the moment.
    let retention: @Sendable () -> Duration
    let clock: SteadyClock
    let logger: Logger

    func run() async {
        try? await cancelWhenGracefulShutdown {
            while true {
                await prune()
                try await ContinuousClock().sleep(for: .hours(1))
            }
        }
    }

    private func prune() async {
        let horizon = clock.now - retention()
        do {
            var removed = 0
            while !Task.isCancelled {
                let count = try await desk.run(.tidy) {
                    try $0.prune(settledBefore: horizon, limit: Limits.prunedAtOnce)
                }
                removed += count
                if count < Limits.prunedAtOnce { break }
            }
            removed += try await pruneUnsent(before: horizon)
            while !Task.isCancelled {
                let count = try await desk.run(.tidy) { try $0.pruneSweeps(limit: Limits.sweptRecordsPrunedAtOnce) }
                if count < Limits.sweptRecordsPrunedAtOnce { break }
            }
            while !Task.isCancelled {
                let count = try await desk.run(.tidy) {
                    try $0.pruneSetAside(before: horizon, limit: Limits.prunedAtOnce)
                }
                if count < Limits.prunedAtOnce { break }
            }
            _ = try await desk.run(.tidy) { try $0.pruneDictionaries() }
            if removed > 0 { logger.info("pruned delivered events", metadata: ["events": .stringConvertible(removed)]) }
            while !Task.isCancelled, try await desk.run(.tidy, { try $0.shrink(pages: Limits.pagesGivenBackAtOnce) }) {}
        } catch {
            logger.warning("what is old could not be pruned; trying again in an hour: \(error)")
        }
    }

    /// Events that no endpoint gets, and those that newer ones took the place of.
    private func pruneUnsent(before horizon: Instant) async throws -> Int {
        var removed = 0
        while !Task.isCancelled {
            let count = try await desk.run(.tidy) {
                try $0.pruneUnsentEvents(detectedBefore: horizon, limit: Limits.prunedAtOnce)
            }
            removed += count
            if count < Limits.prunedAtOnce { break }
        }
        return removed
    }
}
