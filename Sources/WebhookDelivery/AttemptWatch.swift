// Looks at the clock as an attempt goes from one phase to the next.

import ChangeFeed
import NIOCore
import Synchronization

final class AttemptWatch: Sendable {
    private struct Marks {
        var phases = AttemptPhases()
        var last: ContinuousClock.Instant
        var isConnected = false
        var headCame = false
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
            if phase == .wait { marks.headCame = true }
        }
    }

    var phases: AttemptPhases { marks.withLock(\.phases) }

    /// Whether there was a connection to send on.
    var isConnected: Bool { marks.withLock(\.isConnected) }

    /// Whether the answer had begun.
    var headCame: Bool { marks.withLock(\.headCame) }
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
