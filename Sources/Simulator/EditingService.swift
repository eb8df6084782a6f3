// Keeps the editor at work: so many edits a minute, unevenly, as people work.

import SimulatedWorld
import ChangeFeed
import ServiceLifecycle

package struct EditingService: Service {
    private let live: LiveInstance
    private let meanInterval: Duration
    private let seed: UInt64

    /// - Parameter editsPerMinute: more than 0.
    package init(_ live: LiveInstance, editsPerMinute: Double, seed: UInt64) {
        self.live = live
        self.seed = seed
        meanInterval = .microseconds(Int64(60_000_000 / editsPerMinute))
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var generator = SeededGenerator(seed: seed, purpose: 6)
            var due = live.time.now()
            while !Task.isCancelled {
                // From nothing up to twice the mean: several edits fall into one second, and seconds pass without any.
                due = due + meanInterval * (2 * generator.fraction())
                let wait = due - live.time.now()
                // The sleep throws when cancelled, and the loop ends.
                if wait > .zero { try? await live.time.sleep(wait) }
                if !Task.isCancelled { live.editUnlessFrozen() }
            }
        }
    }
}
