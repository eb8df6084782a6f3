// That something has come, once and for all, for whoever waits for it: a stop that was asked for, an end.

import Synchronization

/// Closed until it is opened, and open from then on.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [Int: AsyncStream<Never>.Continuation] = [:]
        var came = 0
    }

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock(\.isOpen) }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Returns once it is open, or the task is cancelled.
    func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let number = state.withLock { state -> Int? in
            guard !state.isOpen else { return nil }
            state.came += 1
            state.waiting[state.came] = continuation
            return state.came
        }
        guard let number else { return }
        // Who has given up waiting is not kept until it opens.
        defer { state.withLock { $0.waiting[number] = nil } }
        for await _ in stream {}
    }

    /// Does the work until it ends. Once the latch is open it is cancelled, and waited for.
    func ends(_ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup { race in
            race.addTask(operation: work)
            race.addTask { await self.wait() }
            await race.next()
            race.cancelAll()
        }
    }
}
