// A clock that stands still until somebody waits, and then is there at once; or one that waits until it is let go.

import ChangeFeed
import Synchronization

@testable import Simulator

/// Sleeping moves the clock on and takes no time. Remembers what was slept.
final class VirtualTime: Sendable {
    private let state = Mutex((now: noon, sleeps: [Duration]()))

    var now: Instant { state.withLock { $0.now } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    var source: TimeSource {
        TimeSource(
            now: { self.now },
            sleep: { duration in
                self.state.withLock {
                    $0.now = $0.now + duration
                    $0.sleeps.append(duration)
                }
            })
    }
}

/// Whoever sleeps announces it and stays until `open` is called.
struct Gate: Sendable {
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let opening = AsyncStream.makeStream(of: Void.self)

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    }

    func open() { opening.continuation.finish() }

    var source: TimeSource {
        TimeSource(
            now: { noon },
            sleep: { [arrival, stream = opening.stream] _ in
                arrival.yield()
                for await _ in stream {}
            })
    }
}
