// A simulated instance that several connections and an editor share, with a clock of its own.

import SimulatedWorld
import ChangeFeed
import Synchronization

package final class LiveInstance: Sendable {
    private struct State: Sendable {
        var instance: SimulatedInstance
        var isFrozen = false
        /// The newest time given out: the instance must never see time run backwards, whatever the clock does.
        var latest = Instant.distantPast
    }

    private let state: Mutex<State>
    package let time: TimeSource
    private let onCommit: @Sendable (Commit) -> Void

    /// - Parameter onCommit: is told every change, in their order; it must be quick, and must not call back.
    package init(
        _ instance: SimulatedInstance, time: TimeSource = .system,
        onCommit: @escaping @Sendable (Commit) -> Void = { _ in }
    ) {
        state = Mutex(State(instance: instance))
        self.time = time
        self.onCommit = onCommit
    }

    /// Reads or adjusts the instance at the present moment. Use `change` for what commits.
    package func withInstance<Result: Sendable>(
        _ body: (inout SimulatedInstance, Instant) throws -> Result
    ) rethrows -> Result {
        try state.withLock { state in
            state.latest = max(state.latest, time.now())
            return try body(&state.instance, state.latest)
        }
    }

    /// Changes records at the present moment, and tells of every commit that the body returns.
    @discardableResult
    package func change(_ body: (inout SimulatedInstance, Instant) throws -> [Commit]) rethrows -> [Commit] {
        try withInstance { instance, now in
            let commits = try body(&instance, now)
            commits.forEach(onCommit)
            return commits
        }
    }

    /// While frozen, the editor rests; changes asked for by name go on.
    package var isFrozen: Bool {
        get { state.withLock { $0.isFrozen } }
        set { state.withLock { $0.isFrozen = newValue } }
    }

    /// One edit of the editor, unless it rests. When `isFrozen` has been set, no edit is under way any more.
    package func editUnlessFrozen() {
        state.withLock { state in
            guard !state.isFrozen else { return }
            state.latest = max(state.latest, time.now())
            state.instance.edit(at: state.latest).forEach(onCommit)
        }
    }
}
