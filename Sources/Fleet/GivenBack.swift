// What a daemon gave back to make shares even, so that giving never goes round in circles.

import ChangeFeed

/// Keeps an account from being given back by the same daemon again and again, while the same daemons share.
///
/// Where daemons have different accounts in their plans, one that has less than is even may be in want of nothing that
/// others can give. What they give then comes back to them, and without a bound they would give it again.
struct GivenBack: Sendable {
    private struct Daemon: Sendable, Equatable {
        let id: DaemonID
        let planned: Int
    }

    private var daemons: [Daemon] = []
    private var moments: [String: Instant] = [:]

    /// After so long it may be given again: something else may have changed.
    private static let rest = Duration.hours(1)

    /// Where others share than did, everything may be given again.
    mutating func saw(_ others: [FleetSight.Peer]) {
        let daemons = others.map { Daemon(id: $0.id, planned: $0.planned) }.sorted { $0.id < $1.id }
        guard daemons != self.daemons else { return }
        self.daemons = daemons
        moments = [:]
    }

    mutating func gave(_ account: String, at now: Instant) { moments[account] = now }

    func allows(_ account: String, at now: Instant) -> Bool {
        moments[account].map { now - $0 >= Self.rest } ?? true
    }
}
