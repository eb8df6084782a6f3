// That there is something to look at, for the one who looks now and then.

import Synchronization

/// Rung by anybody, and heard by one. Where it rings while he does not listen, he hears it as soon as he does.
final class Bell: Sendable {
    private enum State {
        case still
        case rung
        case heard(by: AsyncStream<Never>.Continuation)
    }

    private let state = Mutex(State.still)

    func ring() {
        let listener = state.withLock { state -> AsyncStream<Never>.Continuation? in
            guard case .heard(let listener) = state else {
                state = .rung
                return nil
            }
            state = .still
            return listener
        }
        listener?.finish()
    }

    /// Returns once it has rung, or the time is over.
    ///
    /// - Throws: where the task is cancelled.
    func listen(atMost limit: Duration) async throws {
        let (rings, listener) = AsyncStream.makeStream(of: Never.self)
        let hasRung = state.withLock { state in
            guard case .rung = state else {
                state = .heard(by: listener)
                return false
            }
            state = .still
            return true
        }
        if !hasRung {
            await withTaskGroup { race in
                race.addTask { for await _ in rings {} }
                race.addTask { try? await ContinuousClock().sleep(for: limit) }
                await race.next()
                race.cancelAll()
            }
            state.withLock { if case .heard = $0 { $0 = .still } }
        }
        try Task.checkCancellation()
    }
}
