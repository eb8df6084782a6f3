// What one seed decides: the accounts and the endpoints, and what goes wrong with the process and its machine.

import ChangeFeed

/// Everything that a simulated life depends on.
package struct Scenario: Sendable {
    package let seed: UInt64
    var accounts: [AccountScenario]
    var endpoints = [EndpointScenario(name: "default")]
    /// How long everything may go wrong.
    var trouble: Duration = .minutes(30)
    /// How far the daemon's own clock is from the true time in its first process.
    var skew: Duration = .zero
    /// Whether that is another with each process: somebody sets the clock, or the machine has none while it is off.
    var setsOwnClock = false
    /// How far the machine's wall clock has been set since the daemon began; what it waits by goes on evenly.
    var wallStep: Duration = .zero
    /// How often the daemon dies, as a share of the moments at which it could.
    var deaths = 0.0
    /// The share of what is asked of the store that it cannot write.
    var fullDisk = 0.0
    /// Whether somebody asks for events to be sent again, now and then.
    var replays = false
    /// Whether somebody asks for all that was given up to be sent again in the end.
    var savesDeadLetters = false
    /// Whether a process may be configured otherwise than the one before it.
    var reconfigures = false
    /// Whether people decide about what is held, and give up what waits, at any time.
    var hasOperator = false
    /// Whether somebody says now and then that a resource has changed, truly or not.
    var isHinted = false
    /// Whether somebody says in the end that the receivers are well again, so that nothing waits for hours.
    var resumesInTheEnd = false
    /// Whether life goes on for a while where nothing is missing any more.
    var isPatient = false

    static let skews: [Duration] = [.zero, .seconds(-5400), .seconds(7200), .seconds(-3)]
    /// From the highest of them to the lowest, and a little more.
    static let longestSetback: Duration = .hours(4)

    init(seed: UInt64) {
        self.seed = seed
        accounts = [AccountScenario(name: "default", seed: seed)]
    }
}

extension Scenario: CustomStringConvertible {
    package var description: String {
        let life = [
            "seed \(seed)", "own clock off by \(skew)\(setsOwnClock ? ", set between lives" : "")",
            "wall clock set by \(wallStep)", "deaths \(deaths)", "full disk \(fullDisk)",
            reconfigures ? "reconfigured" : nil, hasOperator ? "with an operator" : nil,
            isHinted ? "hinted" : nil,
            isPatient ? "patient" : nil, resumesInTheEnd ? "resumed in the end" : nil,
            replays ? "with replays" : nil, savesDeadLetters ? "dead letters are sent again in the end" : nil,
        ]
        return
            ([life.compactMap(\.self).joined(separator: ", ")] + accounts.map(\.description)
            + endpoints.map(\.description)).joined(separator: "\n  ")
    }
}
