// What a loop has to look at: letters pile up while it works, and one signal tells that there are some.

import Synchronization

/// An inbox that is emptied at once, so that everything that came while the loop worked is looked at together.
final class Mailbox<Letter: Sendable>: Sendable {
    private struct State {
        var letters: [Letter] = []
        var isClosed = false
    }

    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init() {
        (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// - Returns: false where nobody reads letters any more.
    @discardableResult
    func post(_ letter: Letter) -> Bool {
        let (isFirst, isRead) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.letters.append(letter)
            return (state.letters.count == 1, true)
        }
        if isFirst { continuation.yield() }
        return isRead
    }

    func takeAll() -> [Letter] {
        state.withLock { state in
            defer { state.letters = [] }
            return state.letters
        }
    }

    /// Takes no letter any more.
    ///
    /// - Returns: those that were not read.
    func close() -> [Letter] {
        state.withLock { $0.isClosed = true }
        return takeAll()
    }
}
