// A thread for tests that block it, one after the other.

import Dispatch

/// Tests share as many threads as there are cores. What waits for a server on one of these keeps every other test waiting,
/// those that are measured by a time-out among them; here it keeps nobody but its like.
package final class BlockingExecutor: TaskExecutor {
    package static let standard = BlockingExecutor()

    private let queue = DispatchQueue(label: "tests that block their thread")

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
