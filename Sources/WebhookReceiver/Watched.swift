// A state that tasks can wait for, instead of looking again and again.

import Synchronization

/// A value behind a lock, and whoever waits for it to be something.
package final class Watched<State: Sendable>: Sendable {
    private struct Waiter {
        let isDone: @Sendable (borrowing State) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Inside {
        var state: State
        /// Why there is nothing to wait for any more.
        var ended: (any Error)?
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let inside: Mutex<Inside>

    package init(_ state: State) {
        inside = Mutex(Inside(state: state))
    }

    package func read<Value: Sendable>(_ read: (borrowing State) -> Value) -> Value {
        inside.withLock { read($0.state) }
    }

    /// Changes the state, and wakes whoever waited for what it is now.
    package func update<Value: Sendable>(_ update: (inout State) -> Value) -> Value {
        let (value, done) = inside.withLock { inside in
            let value = update(&inside.state)
            let done = inside.waiters.filter { $0.value.isDone(inside.state) }
            for key in done.keys { inside.waiters[key] = nil }
            return (value, done.values.map(\.continuation))
        }
        for continuation in done { continuation.resume() }
        return value
    }

    /// Nobody waits any longer, nor from now on, for what has not come about; the first reason given stays.
    package func end(_ reason: any Error) {
        let (waiting, reason) = inside.withLock { inside in
            let first = inside.ended ?? reason
            inside.ended = first
            defer { inside.waiters = [:] }
            return (inside.waiters.values.map(\.continuation), first)
        }
        for continuation in waiting { continuation.resume(throwing: reason) }
    }

    /// Returns once the condition holds; throws when the task is cancelled or the waiting is ended before.
    package func wait(until isDone: @escaping @Sendable (borrowing State) -> Bool) async throws {
        let key = inside.withLock { inside in
            inside.nextWaiter += 1
            return inside.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = inside.withLock { inside in
                    if isDone(inside.state) { return .success(()) }
                    if let ended = inside.ended { return .failure(ended) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    inside.waiters[key] = Waiter(isDone: isDone, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = inside.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
