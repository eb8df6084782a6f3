// One whole life from birth to verdict, and what is to be told of it.

import ChangeFeed
import ChangeOracle
import EventStore
import Foundation
import SimulatedWorld

/// What became of a life.
package struct LifeReport: Sendable {
    package let scenario: Scenario
    /// Broken promises, in words; empty where all were kept.
    package private(set) var failures: [String] = []
    package private(set) var events = 0
    package private(set) var deaths = 0
    package private(set) var requests = 0
    package private(set) var virtualTime = Duration.zero
    /// What happened, line by line; empty unless asked for.
    package private(set) var trace: [String] = []

    /// Lives the life of a scenario to its end, or up to the first promise that is broken.
    ///
    /// - Parameters:
    ///   - directory: where the store may lie meanwhile; memory is much faster than a disk.
    ///   - server: the address of one, for an engine that needs it.
    ///   - traced: whether the trace is wanted.
    package static func of(
        _ scenario: Scenario, on engine: LifeEngine = .sqlite,
        in directory: URL = FileManager.default.temporaryDirectory, at server: String? = nil, traced: Bool = false
    ) -> LifeReport {
        var report = LifeReport(scenario: scenario)
        do {
            let life = try SimulatedLife(scenario, on: engine, in: directory, at: server, traced: traced)
            do {
                report.failures = try life.live()
            } catch let broken as SimulatedLife.BrokenPromise {
                report.failures = broken.complaints
            }
            report.events = life.endpoints.reduce(0) { $0 + $1.receiver.eventCount }
            report.deaths = life.deaths
            report.requests = life.accounts.reduce(0) { $0 + $1.world.requests.count }
            report.virtualTime = life.now - SimulatedLife.beginning
            report.trace = life.trace.lines
        } catch {
            report.failures.append("the life could not go on: \(error)")
        }
        return report
    }

    private init(scenario: Scenario) {
        self.scenario = scenario
    }
}

extension SimulatedLife {
    /// First everything goes wrong, then there is peace, and then nothing may be missing.
    fileprivate func live() throws -> [String] {
        try run(for: scenario.trouble)
        try makePeace()
        try run(for: .minutes(5))
        // Some lives look for what is told too much as well, and not only for what is not.
        for _ in 0..<3 where scenario.isPatient || !missing().isEmpty { try run(for: .minutes(5)) }
        var failures = try judgeCounts()
        try findWhatIsMissing()
        // Where the day has little room, a poll that has to read much takes long.
        if accounts.contains(where: { $0.scenario.isAuto && !$0.missing().isEmpty }) { try run(for: .hours(2)) }
        // A clock that was set back makes a pause that was noted before last as much longer.
        if scenario.setsOwnClock, !missing().isEmpty { try run(for: Scenario.longestSetback) }
        if scenario.resumesInTheEnd, try openDeliveries() > 0 {
            for endpoint in endpoints { try askForResumption(of: endpoint) }
            try run(for: .minutes(10))
        }
        try emptyQueues()
        if scenario.savesDeadLetters {
            try askForDeadLetters()
            try run(for: .seconds(10))
            try emptyQueues()
        }
        failures += missing()
        for endpoint in endpoints {
            let lost = endpoint.judge.missing(isSaved: scenario.savesDeadLetters)
            failures += lost.map { "\(endpoint.name): \($0)" }
        }
        if try openDeliveries() > 0 { failures.append("events stay undelivered") }
        return failures + judgeRequests()
    }

    /// Each request was counted before it left, and of its own account. One that was counted and never left is lost with
    /// its process.
    private func judgeCounts() throws -> [String] {
        guard let process else { return ["the process ended in a time of peace"] }
        return try accounts.compactMap { account in
            let memory = try process.stores[account.index].budgetMemory()
            let counted = memory.ledger.buckets.values.reduce(0) { $0 + $1.values.reduce(0, +) }
            let arrived = account.world.requests.count
            return (arrived...(arrived + deaths + Limits.requestsInFlight)).contains(counted)
                ? nil : "\(account.name): \(arrived) requests arrived, and \(counted) were counted"
        }
    }

    /// Deliveries that failed again and again wait for hours.
    private func emptyQueues() throws {
        for _ in 0..<60 where try openDeliveries() > 0 { try run(for: .minutes(60)) }
    }

    private func judgeRequests() -> [String] {
        accounts.flatMap { account in
            var complaints: [String] = []
            if Double(account.world.requests.highestCount()) > account.scenario.requestsPerSecond {
                complaints.append("more than \(account.scenario.requestsPerSecond) requests arrived in one second")
            }
            // Those of a process that has just died are still on their way when the next one begins.
            if account.world.requests.highestInFlight > (deaths > 0 ? 8 : 4) {
                complaints.append("too many requests in flight")
            }
            return complaints.map { "\(account.name): \($0)" }
        }
    }

    private func missing() -> [String] { accounts.flatMap { $0.missing() } }

    /// A sweep, and another where one had begun before; a sample each hour; and an operator who believes what is held.
    private func findWhatIsMissing() throws {
        let sweeps = accounts.filter { $0.scenario.lookout == .sweeps }.compactMap(\.scenario.sweepInterval)
        if let longest = sweeps.max(), scenario.isPatient || !missing().isEmpty { try run(for: longest * 2) }
        if accounts.contains(where: { $0.scenario.lookout != .polls }) {
            for _ in 0..<8 where !missing().isEmpty {
                try run(for: .minutes(30))
                for account in accounts {
                    try ask(.release, of: account)
                    try releaseHeldChanges(of: account)
                }
            }
        } else if !missing().isEmpty {
            for account in accounts { try releaseHeldChanges(of: account) }
        }
        // A record that lists had hidden, and was hidden or deleted again before a count could tell, is asked for after a
        // sweep. Where lists hide nothing, counts have to do.
        let intervals = accounts.filter { $0.scenario.lookout == .sweeps && !$0.missing().isEmpty }
            .compactMap(\.scenario.sweepInterval)
        if let longest = intervals.max() { try run(for: longest + .hours(1)) }
    }

    private func releaseHeldChanges(of account: LifeAccount) throws {
        account.hasReleasedChanges = true
        try ask(.releaseChanges, of: account)
    }
}
