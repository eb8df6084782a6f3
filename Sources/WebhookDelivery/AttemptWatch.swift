// Looks on as an attempt goes from one phase to the next: an attempt that is broken off tells how far it came.

import ChangeFeed
import NIOCore
import Synchronization

final class AttemptWatch: Sendable {
    private struct Marks {
        var phases = AttemptPhases()
        var last: ContinuousClock.Instant
        var isConnected = false
        var answer: AttemptOutcome?
        var answerEndsWithConnection = false
    }

    private let marks: Mutex<Marks>

    init(start: ContinuousClock.Instant) {
        marks = Mutex(Marks(last: start))
    }

    /// This phase ends now, and the next begins.
    func ended(_ phase: AttemptPhases.Phase) {
        marks.withLock { marks in
            let now = ContinuousClock.now
            marks.phases[phase] = now - marks.last
            marks.last = now
            if phase == .connect { marks.isConnected = true }
        }
    }

    var phases: AttemptPhases { marks.withLock(\.phases) }

    /// Whether there was a connection to send on.
    var isConnected: Bool { marks.withLock(\.isConnected) }

    /// The head of the answer came.
    func began(_ answer: AttemptOutcome, endsWithConnection: Bool) {
        ended(.wait)
        marks.withLock { marks in
            marks.answer = answer
            marks.answerEndsWithConnection = endsWithConnection
        }
    }

    /// More of the answer's body came, of which this is worth keeping.
    func read(_ bytes: some Sequence<UInt8>) {
        marks.withLock { $0.answer?.answer += bytes }
    }

    /// Whether there is an answer whose body goes on until the connection ends.
    var answerEndsWithConnection: Bool { marks.withLock(\.answerEndsWithConnection) }

    /// The answer, as far as it came; nil where it had not begun.
    var answer: AttemptOutcome? { marks.withLock(\.answer) }
}

/// The bytes of a request, and the moment at which the client asks for them: the connection is there by then.
struct WatchedBody: AsyncSequence, Sendable {
    let bytes: ByteBuffer
    let watch: AttemptWatch

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes, watch: watch) }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ByteBuffer?
        let watch: AttemptWatch

        mutating func next() async -> ByteBuffer? {
            guard let bytes = rest.take() else { return nil }
            watch.ended(.connect)
            return bytes
        }
    }
}
