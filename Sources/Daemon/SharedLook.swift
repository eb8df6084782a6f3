// One look at something slow for all who ask, none of whom waits for long.

import ChangeFeed
import Synchronization

/// Whoever asks while a look is under way waits for the same one; and where that takes too long, what was seen last is
/// told, with its time. So those who ask do not pile up behind what cannot be had.
package final class SharedLook<Answer: Sendable>: Sendable {
    package struct Seen: Sendable {
        package var answer: Answer
        package var time: Instant
    }

    private struct State {
        var last: Seen?
        var isLooking = false
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
        var joined = 0
    }

    private let look: @Sendable () async throws -> Answer
    private let now: @Sendable () -> Instant
    private let state = Mutex(State())

    package init(now: @escaping @Sendable () -> Instant, _ look: @escaping @Sendable () async throws -> Answer) {
        self.look = look
        self.now = now
    }

    /// What is seen within the time, or was seen last; nil where nothing was seen yet, or the last look failed.
    package func seen(within limit: Duration) async -> Seen? {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        if join(end) {
            Task {
                let answer = try? await look()
                finish(answer.map { Seen(answer: $0, time: now()) })
            }
        }
        await withTaskGroup { race in
            race.addTask { for await _ in ends {} }
            race.addTask { try? await Task.sleep(for: limit) }
            await race.next()
            race.cancelAll()
        }
        return state.withLock(\.last)
    }

    /// Whether nobody is looking.
    private func join(_ waiter: AsyncStream<Void>.Continuation) -> Bool {
        let (number, isFirst) = state.withLock { state in
            state.joined += 1
            state.waiters[state.joined] = waiter
            defer { state.isLooking = true }
            return (state.joined, !state.isLooking)
        }
        waiter.onTermination = { [self] _ in state.withLock { $0.waiters[number] = nil } }
        return isFirst
    }

    private func finish(_ seen: Seen?) {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            state.last = seen
            state.isLooking = false
            return state.waiters.values
        }
        for waiter in waiters { waiter.finish() }
    }
}
