// What one simulated fleet is like: how many daemons and accounts, how long, and what goes wrong.

import ChangeFeed
import Fleet
import SimulatedWorld

/// What is promised of a fleet.
struct FleetBounds: Sendable {
    /// An account is led again within this.
    let leaderless: Duration
    /// So long may something that was begun be on its way to the wire.
    let holdUp: Duration
    /// What was led for less is not given back to make shares even.
    let settling: Duration

    init(lease: Duration, holdUp: Duration) {
        leaderless = lease * 2
        self.holdUp = holdUp
        // By a clock that may go a little faster.
        settling = lease * 2 - .milliseconds(100)
    }
}

package struct FleetScenario: Sendable, CustomStringConvertible {
    package var seed: UInt64
    package var daemons = 3
    package var accounts = 60
    package var trouble = Duration.hours(1)
    /// The mean time between two misfortunes; nil: none.
    package var betweenMisfortunes: Duration? = .minutes(2)
    package var misfortunes = Misfortune.allCases
    /// The longest way to the store, and back, in good times.
    package var latency = Duration.milliseconds(20)
    /// How often a request fails in good times.
    package var failures = 0.002
    /// How long work goes on that was told to end, at most.
    package var longestWork = Duration.seconds(5)
    /// Millionths that a steady clock goes too fast or too slow, at most.
    package var drift = 500
    package var holdUp = Duration.milliseconds(1_400)
    /// Whether some accounts are configured on some daemons only.
    package var hasUnevenPlans = false

    package enum Misfortune: CaseIterable, Sendable {
        case killed, told, stopped, cut, away, storm, joins, planned
    }

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// A fleet of a few daemons with everything that can be drawn.
    package static func drawn(from seed: UInt64) -> FleetScenario {
        var scenario = FleetScenario(seed: seed)
        var random = SeededGenerator(seed: seed, purpose: 60)
        scenario.daemons = random.within(2...5)
        scenario.accounts = random.element(of: [1, 7, 60, 60, 61, 100])
        scenario.trouble = .minutes(random.within(30...120))
        scenario.betweenMisfortunes = .seconds(random.within(20...240))
        scenario.latency = .milliseconds(random.element(of: [1, 20, 200]))
        scenario.failures = random.element(of: [0, 0.002, 0.02])
        scenario.longestWork = .milliseconds(random.element(of: [0, 300, 5_000]))
        scenario.hasUnevenPlans = random.chance(0.2)
        if random.chance(0.3) { scenario.misfortunes = [.killed, .told, .stopped, .joins] }
        return scenario
    }

    package var description: String {
        "\(daemons) daemons, \(accounts) accounts, \(trouble) of trouble, something every "
            + "\(betweenMisfortunes ?? .zero), latency \(latency), failures \(failures), work \(longestWork)"
            + (hasUnevenPlans ? ", uneven plans" : "")
    }
}
