// The two clocks of the daemon: one that never jumps, for waiting; one that is right, for stamps that others check.

import ChangeFeed
import Foundation

/// Time for schedules: the wall clock at the start of the process, carried on by the machine's uninterrupted clock.
///
/// A wall clock set forth or back while the daemon runs neither starts a storm of late polls nor silences it for hours.
package struct SteadyClock: Sendable {
    /// When the process began, by the wall clock.
    let startedAt: Instant
    private let origin = ContinuousClock.now

    package init() {
        startedAt = Self.wall
    }

    package var now: Instant { startedAt + (ContinuousClock.now - origin) }

    /// What the wall clock shows at this moment, for `webhook-timestamp` and `detected_at`.
    package static var wall: Instant {
        Instant(microsecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
