// The store behind a queue of its own: its verbs block, and the threads of Swift concurrency must not.

import ChangeStore
import Dispatch

/// Runs verbs of the store, one after the other, off the cooperative threads.
package struct StoreDesk: Sendable {
    package let store: ChangeStore
    private let queue = DispatchQueue(label: "state store")

    package init(_ store: ChangeStore) {
        self.store = store
    }

    package func run<Answer: Sendable>(
        _ verb: @escaping @Sendable (ChangeStore) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try verb(store) }) }
        }
    }
}
