// The store behind a queue of its own: its verbs block, and the threads of Swift concurrency must not.

import ChangeStore
import Dispatch

/// Runs verbs of the store, one after the other, off the cooperative threads.
package struct StoreDesk: Sendable {
    package let store: ChangeStore
    private let queue = DispatchQueue(label: "state store")
    private let lookers = DispatchQueue(label: "looking at the state store")

    package init(_ store: ChangeStore) {
        self.store = store
    }

    package func run<Answer: Sendable>(
        _ verb: @escaping @Sendable (ChangeStore) throws -> Answer
    ) async throws -> Answer {
        try await run(verb, on: queue)
    }

    /// Runs a verb that only reads, and may take its time: work does not wait for it.
    package func look<Answer: Sendable>(
        _ verb: @escaping @Sendable (ChangeStore) throws -> Answer
    ) async throws -> Answer {
        try await run(verb, on: lookers)
    }

    private func run<Answer: Sendable>(
        _ verb: @escaping @Sendable (ChangeStore) throws -> Answer, on queue: DispatchQueue
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try verb(store) }) }
        }
    }
}
