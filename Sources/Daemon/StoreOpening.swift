// The opening of the store: a lock that another process holds is waited for, but not for ever.

import ChangeFeed
import ChangeStore
import Dispatch
import Logging

struct StoreOpening: Sendable {
    let path: String
    let logger: Logger

    /// Opens the store and does what a daemon needs of it first. Told to stop meanwhile, it opens nothing: nil.
    func open<First: Sendable>(
        until stop: Latch, _ first: @escaping @Sendable (ChangeStore) throws -> First
    ) async throws -> (ChangeStore, First)? {
        try await withThrowingTaskGroup(of: (ChangeStore, First)?.self) { race in
            race.addTask {
                let store = try await patiently { try ChangeStore(path: path) }
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
            do {
                return try await Blocking.run(on: .global()) { try work() }
            } catch StoreProblem.locked(let path) where ContinuousClock.now - begun < Limits.lockedAtStart {
                // SQLite has waited a while itself.
                if !isTold { logger.warning("\(StoreProblem.locked(path: path)); the start waits for it") }
                isTold = true
            }
        }
    }
}
