// Work that is to meet at the server.

import Dispatch
import Foundation
import Synchronization

/// Runs each on a thread of its own, all from the same moment on, and returns what came of them in their order.
func atOnce<Answer: Sendable>(_ works: [@Sendable () throws -> Answer]) throws -> [Answer] {
    let results = Mutex<[Int: Result<Answer, any Error>]>([:])
    let (start, end) = (DispatchSemaphore(value: 0), DispatchGroup())
    for (index, work) in works.enumerated() {
        end.enter()
        Thread.detachNewThread {
            start.wait()
            let result = Result { try work() }
            results.withLock { $0[index] = result }
            end.leave()
        }
    }
    for _ in works { start.signal() }
    end.wait()
    return try results.withLock { results in try works.indices.map { try results[$0]!.get() } }
}

/// Runs the first, and meanwhile the second, which it has to wait for.
func during<Answer: Sendable>(
    _ work: @escaping @Sendable () throws -> Answer, _ meanwhile: @escaping @Sendable () throws -> Void
) throws -> Answer {
    let answers: [Answer?] = try atOnce([
        { try work() },
        {
            try meanwhile()
            return nil
        },
    ])
    return answers[0]!
}
