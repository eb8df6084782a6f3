// Work that blocks its thread, awaited from where no thread may be blocked.

import Dispatch
import Synchronization

enum Blocking {
    /// Runs the work on a queue. Cancelling the task ends the waiting at once; the work itself goes on to its end, and
    /// nobody hears of it.
    ///
    /// - Parameter skipsCancelled: whether work is left out that nobody waits for any more when its turn comes.
    static func run<Answer: Sendable>(
        on queue: DispatchQueue, skipsCancelled: Bool = false, _ work: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        let waiter = Waiter<Answer>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard waiter.wait(continuation) else { return continuation.resume(throwing: CancellationError()) }
                queue.async {
                    guard !skipsCancelled || waiter.isWaiting else { return }
                    waiter.end(Result { try work() })
                }
            }
        } onCancel: {
            waiter.end(.failure(CancellationError()))
        }
    }
}

/// Whoever waits is told once: of the end of the work, or that the waiting has ended.
private final class Waiter<Answer: Sendable>: Sendable {
    private enum State {
        case none
        case waiting(CheckedContinuation<Answer, any Error>)
        case ended
    }

    private let state = Mutex(State.none)

    /// False where the waiting ended before it began.
    func wait(_ continuation: CheckedContinuation<Answer, any Error>) -> Bool {
        state.withLock { state in
            guard case .none = state else { return false }
            state = .waiting(continuation)
            return true
        }
    }

    var isWaiting: Bool {
        state.withLock { state in
            if case .waiting = state { true } else { false }
        }
    }

    func end(_ result: Result<Answer, any Error>) {
        let continuation = state.withLock { state in
            defer { state = .ended }
            guard case .waiting(let continuation) = state else { return CheckedContinuation<Answer, any Error>?.none }
            return continuation
        }
        continuation?.resume(with: result)
    }
}
