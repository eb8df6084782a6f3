// What a loop has to look at: letters pile up while it works, and one signal tells that there are some.

import Synchronization

/// An inbox that is emptied at once, so that everything that came while a transaction ran goes into the next one.
final class Mailbox<Letter: Sendable>: Sendable {
    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let letters = Mutex<[Letter]>([])

    init() {
        (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        continuation.yield()
    }

    func takeAll() -> [Letter] {
        letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}
