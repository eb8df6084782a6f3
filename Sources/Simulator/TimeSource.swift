// The clock of a running simulator, and how it waits: the real ones, or those of a test.

import ChangeFeed
import FoundationEssentials

package struct TimeSource: Sendable {
    package let now: @Sendable () -> Instant
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = TimeSource(
        now: { Instant(microsecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000_000)) },
        sleep: { try await Task.sleep(for: $0) })
}
