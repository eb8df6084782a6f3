// The opening of the store: what passes, such as a lock that another process holds, is waited for, but not for ever.

import ChangeFeed
import Dispatch
import EventStore
import Logging

struct StoreOpening: Sendable {
    let location: any StoreLocation
    let logger: Logger
    /// What has not passed by then is told, and ends the start.
    var patience = Limits.lockedAtStart

    /// Opens the store and does what a daemon needs of it first. Told to stop meanwhile, it opens nothing: nil.
    func open<First: Sendable>(
        until stop: Latch, _ first: @escaping @Sendable (any StateStore) throws -> First
    ) async throws -> (any StateStore, First)? {
        try await withThrowingTaskGroup(of: (any StateStore, First)?.self) { race in
            race.addTask {
                let store = try await patiently { try location.open() }
                return (store, try await patiently { try store.usable { try first(store) } })
            }
            race.addTask {
                await stop.wait()
                return nil
            }
            defer { race.cancelAll() }
            return try await race.next() ?? nil
        }
    }

    private func patiently<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        let begun = ContinuousClock.now
        var isTold = false
        while true {
            let asked = ContinuousClock.now
            do {
                return try await Blocking.run(on: .global()) { try work() }
            } catch let problem as StoreProblem
                where problem.passes && ContinuousClock.now - begun < patience
            {
                if !isTold { logger.warning("\(problem); the start waits for it") }
                isTold = true
                // The engine has waited a while itself, but for refusals that come at once.
                if ContinuousClock.now - asked < Limits.storeAskedAgain {
                    try await ContinuousClock().sleep(for: Limits.storeAskedAgain)
                }
            }
        }
    }
}
