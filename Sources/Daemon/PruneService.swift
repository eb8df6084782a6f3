// Lets delivered events go after their retention, and sweeps once they have ended, a few at a time, so that nothing waits long for the store.

import ChangeFeed
import EventStore
import Logging
import ServiceLifecycle

struct PruneService: Sendable {
    let desk: StoreDesk
    /// Those that this daemon may prune: what is kept of one that is not configured any more grows old like all else,
    /// unless others may lead it.
    let accounts: @Sendable () throws -> [any StoreEngine]
    /// Of the moment.
    let retention: @Sendable () -> Duration
    let clock: SteadyClock
    let logger: Logger

    func run() async {
        try? await cancelWhenGracefulShutdown {
            while true {
                let isIdle = await prune()
                // Of several daemons, one that has just begun leads nothing yet.
                try await ContinuousClock().sleep(for: isIdle ? .minutes(1) : .hours(1))
            }
        }
    }

    /// - Returns: whether there was no account.
    private func prune() async -> Bool {
        let horizon = clock.now - retention()
        let store = desk.store
        var removed = 0
        // What fails of one account keeps nothing of the others.
        let found = await succeeded { try await desk.run(.tidy, accounts) }
        for account in found ?? [] {
            removed += await succeeded { try await prune(account, before: horizon) } ?? 0
        }
        if removed > 0 { logger.info("pruned delivered events", metadata: ["events": .stringConvertible(removed)]) }
        await succeeded {
            while !Task.isCancelled, try await desk.run(.tidy, { try store.dropUnneeded() }) {}
        }
        await succeeded {
            while !Task.isCancelled, try await desk.run(.tidy, { try store.giveRoomBack() }) {}
        }
        return found?.isEmpty == true
    }

    /// - Returns: nil where it failed, of which the log is told.
    @discardableResult
    private func succeeded<Answer>(_ work: () async throws -> Answer) async -> Answer? {
        do { return try await work() } catch is AccountLedElsewhere {
            // Whoever leads it by now prunes it.
            return nil
        } catch {
            if !Task.isCancelled {
                logger.warning("what is old could not be pruned; trying again in an hour: \(error)")
            }
            return nil
        }
    }

    /// - Returns: how many deliveries and events are gone.
    private func prune(_ store: any StoreEngine, before horizon: Instant) async throws -> Int {
        let removed =
            try await piecemeal(Limits.prunedAtOnce) { try store.prune(settledBefore: horizon, limit: $0) }
            // Events that no endpoint gets, and those that newer ones took the place of.
            + piecemeal(Limits.prunedAtOnce) { try store.pruneUnsentEvents(detectedBefore: horizon, limit: $0) }
        _ = try await piecemeal(Limits.sweptRecordsPrunedAtOnce) { try store.pruneSweeps(limit: $0) }
        _ = try await piecemeal(Limits.prunedAtOnce) { try store.pruneSetAside(before: horizon, limit: $0) }
        try await desk.run(.tidy) { try store.dropUnneeded() }
        return removed
    }

    /// Does it again and again, until there is no more to do.
    private func piecemeal(_ limit: Int, _ work: @escaping @Sendable (_ limit: Int) throws -> Int) async throws -> Int {
        var sum = 0
        while !Task.isCancelled {
            let count = try await desk.run(.tidy) { try work(limit) }
            sum += count
            if count < limit { break }
        }
        return sum
    }
}
