// What a daemon leads, for those who want to see it.

import ChangeFeed
import Fleet

/// As of the last effect that was performed.
struct FleetStanding: Sendable, Equatable {
    struct Leadership: Sendable, Equatable {
        let epoch: Int
        let since: Instant
    }

    /// By account.
    private(set) var led: [String: Leadership] = [:]
    /// How many accounts were taken since the process began, those taken again among them.
    private(set) var takenOver = 0
    /// How many of them became another's before they were given back.
    private(set) var lost = 0

    mutating func heed(_ effect: FleetMachine.Effect, at now: Instant) {
        switch effect {
        case .lead(let lease):
            led[lease.account] = Leadership(epoch: lease.epoch, since: now)
            takenOver += 1
        case .stop(let account): led[account] = nil
        case .lose(let account):
            led[account] = nil
            lost += 1
        case .beginUntil, .rest, .goOn, .store, .tell: break
        }
    }
}
