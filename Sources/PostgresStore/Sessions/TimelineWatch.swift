// Which servers were left behind by a promotion.

import PostgreSQLClient
import Synchronization

/// Knows the highest timeline that any session of this process has seen.
final class TimelineWatch: Sendable {
    private let highest = Mutex<UInt32>(0)

    func saw(_ server: PostgreSQLServer) {
        highest.withLock { $0 = max($0, server.timeline ?? 0) }
    }

    func isLeftBehind(_ server: PostgreSQLServer) -> Bool {
        guard let timeline = server.timeline else { return false }
        return highest.withLock { timeline < $0 }
    }
}
