// Threads for tests that block them, a few at a time.

import Foundation

/// Tests share as many threads as there are cores. What waits for a server on one of these keeps every other test waiting,
/// those that are measured by a time-out among them; here it keeps nobody but its like.
///
/// As many at a time as can have a core: where one of them waits for its server, that works for it. One alone would leave
/// the other cores idle, since those that wait for it are as many as may have begun.
package final class BlockingExecutor: TaskExecutor {
    package static let standard = BlockingExecutor()

    private let queue = OperationQueue()

    private init() {
        queue.name = "tests that block their thread"
        queue.maxConcurrentOperationCount = ProcessInfo.processInfo.activeProcessorCount
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.addOperation { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
