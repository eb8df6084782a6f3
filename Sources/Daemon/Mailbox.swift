// What a loop has to look at: letters pile up while it works, and one signal tells that there are some.

import Synchronization

/// An inbox that is emptied at once, so that everything that came while the loop worked is looked at together.
final class Mailbox<Letter: Sendable>: Sendable {
    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let letters = Mutex<[Letter]>([])

    init() {
        (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post(_ letter: Letter) {
        let isFirst = letters.withLock { letters in
            letters.append(letter)
            return letters.count == 1
        }
        if isFirst { continuation.yield() }
    }

    func takeAll() -> [Letter] {
        letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}
