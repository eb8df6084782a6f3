// What blocks, awaited: tests share as many threads as there are cores.

import Foundation

/// Runs it on a thread of its own.
package func onThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
    }
}
