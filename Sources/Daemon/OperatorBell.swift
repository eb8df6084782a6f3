// When an account looks for what is asked of it, and for what is left to be done of what polls found.

import ChangeFeed
import Synchronization

/// Told by whoever knows of something; else now and then.
final class OperatorBell: Sendable {
    /// Of what a poll has committed, more may be left to be done.
    private static let afterCommits: Duration = .seconds(2)
    /// What waits for nothing but time is not urgent.
    private static let atRest: Duration = .minutes(5)

    private struct State {
        var hasCommitted = true
        var isResting = false
    }

    private let bell = Bell()
    private let state = Mutex(State())

    /// Something was asked for.
    func asked() { bell.ring() }

    func committed() {
        let isResting = state.withLock { state in
            state.hasCommitted = true
            return state.isResting
        }
        if isResting { bell.ring() }
    }

    /// Returns when it is time to look.
    ///
    /// - Throws: where the task is cancelled.
    func listen() async throws {
        let wait = state.withLock { state in
            defer { (state.isResting, state.hasCommitted) = (!state.hasCommitted, false) }
            return state.hasCommitted ? Self.afterCommits : Self.atRest
        }
        defer { state.withLock { $0.isResting = false } }
        try await bell.listen(atMost: wait)
    }
}
