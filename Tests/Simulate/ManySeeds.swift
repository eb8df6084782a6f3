// A range of seeds, walked by several threads.

import Foundation
import Synchronization

/// Threads rather than tasks: a life blocks on its store.
final class ManySeeds: Sendable {
    /// Lines of the trace that a failure shows; `--seed` shows all.
    static let shownLines = 60

    private let rest: Mutex<Range<UInt64>>

    init(_ seeds: Range<UInt64>) {
        rest = Mutex(seeds)
    }

    /// Returns when all have been lived, or one was that is to be the last.
    ///
    /// - Parameter live: says whether to go on.
    func walk(jobs: Int, _ live: @escaping @Sendable (_ seed: UInt64) -> Bool) {
        let done = DispatchGroup()
        for _ in 0..<jobs {
            done.enter()
            Thread.detachNewThread {
                while let seed = self.rest.withLock({ $0.popFirst() }) {
                    if !live(seed) { self.rest.withLock { $0 = $0.upperBound..<$0.upperBound } }
                }
                done.leave()
            }
        }
        done.wait()
    }
}
