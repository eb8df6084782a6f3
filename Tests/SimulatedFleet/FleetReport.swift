// One fleet from its first daemon to the verdict, and what is to be told of it.

import ChangeFeed
import Fleet

/// What became of a simulated fleet.
package struct FleetReport: Sendable {
    package let scenario: FleetScenario
    /// Broken promises, in words; empty where all were kept.
    package private(set) var failures: [String] = []
    /// What happened, line by line; empty unless asked for.
    package private(set) var trace: [String] = []
    package private(set) var virtualTime = Duration.zero
    package private(set) var requests = 0
    /// The most that one daemon asked the store in one second.
    package private(set) var requestsInOneSecond = 0
    /// How often an account was taken.
    package private(set) var moves = 0
    /// How many misfortunes there were.
    package private(set) var happened = 0
    /// The longest that an account was led by nobody, while the store was there and somebody could have led it.
    package private(set) var longestLeaderless = Duration.zero
    /// In the end, with everything calm: accounts that moved when a daemon joined, beside the even part of one.
    package private(set) var movesOfJoining: (moved: Int, even: Int)?
    /// The same of one that left.
    package private(set) var movesOfLeaving: (moved: Int, led: Int)?
    /// Requests of the store a second, of each daemon, when all is calm.
    package private(set) var calmRequests = 0.0

    /// Lives through the scenario, or up to the first promise that is broken.
    package static func of(_ scenario: FleetScenario, traced: Bool = false) -> FleetReport {
        let life = FleetLife(scenario, traced: traced)
        var report = FleetReport(scenario: scenario)
        report.live(life)
        report.failures += life.judge.complaints
        report.trace = life.trace.lines
        report.virtualTime = life.now - FleetLife.beginning
        report.requests = life.rates.total
        report.requestsInOneSecond = life.rates.highest
        report.moves = life.judge.moves
        report.happened = life.happened
        report.longestLeaderless = life.judge.longestLeaderless
        return report
    }

    private init(scenario: FleetScenario) {
        self.scenario = scenario
    }

    /// First everything goes wrong, then there is peace, a newcomer, and one that leaves.
    private mutating func live(_ life: FleetLife) {
        guard life.run(for: scenario.trouble) else { return }
        life.makePeace()
        guard life.run(for: .minutes(6)) else { return }
        judgeShares(of: life, "after the trouble")
        let asked = life.rates.total
        guard life.run(for: .minutes(2)) else { return }
        calmRequests = Double(life.rates.total - asked) / 120 / Double(life.order.count)
        if calmRequests > 0.6 {
            failures.append("each daemon asks the store \(calmRequests) times a second, for nothing")
        }
        if life.rates.highest > 30 {
            failures.append("a daemon asked the store \(life.rates.highest) times in a second")
        }
        welcome(life)
        bidFarewell(life)
    }

    private mutating func judgeShares(of life: FleetLife, _ when: String) {
        let counts = life.order.map { life.judge.led(by: $0, at: life.now) }
        let total = counts.reduce(0, +)
        let leadable = life.accounts.count { account in life.order.contains { life.canLead($0, account) } }
        if total != leadable { failures.append("\(total) of \(leadable) accounts are led \(when)") }
        guard !scenario.hasUnevenPlans, let most = counts.max(), let least = counts.min() else { return }
        if most - least > 1 { failures.append("shares are \(counts) \(when)") }
    }

    private mutating func welcome(_ life: FleetLife) {
        let before = life.judge.moves
        life.note("a newcomer")
        life.join()
        guard life.run(for: .minutes(5)) else { return }
        judgeShares(of: life, "after a daemon joined")
        let even = (life.accounts.count + life.order.count - 1) / life.order.count
        let moved = life.judge.moves - before
        movesOfJoining = (moved, even)
        if !scenario.hasUnevenPlans, moved > even * 3 / 2 {
            failures.append("\(moved) accounts moved when a daemon joined, and \(even) would be even")
        }
    }

    private mutating func bidFarewell(_ life: FleetLife) {
        guard life.order.count > 1, let id = life.order.last else { return }
        let (before, led) = (life.judge.moves, life.judge.led(by: id, at: life.now))
        life.note("a farewell")
        life.daemons[id]?.stop(at: life.now)
        guard life.run(for: .minutes(2)) else { return }
        if life.daemons[id] != nil { failures.append("\(id) does not end") }
        judgeShares(of: life, "after a daemon left")
        let moved = life.judge.moves - before
        movesOfLeaving = (moved, led)
        if !scenario.hasUnevenPlans, moved > led * 3 / 2 + 1 {
            failures.append("\(moved) accounts moved when a daemon left that led \(led)")
        }
    }
}
