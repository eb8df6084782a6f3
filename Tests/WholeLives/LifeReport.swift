// One whole life from birth to verdict, and what is to be told of it.

import ChangeFeed
import ChangeStore
import Foundation

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
    ///   - traced: whether the trace is wanted.
    package static func of(
        _ scenario: Scenario, in directory: URL = FileManager.default.temporaryDirectory, traced: Bool = false
    ) -> LifeReport {
        var report = LifeReport(scenario: scenario)
        do {
            let life = try SimulatedLife(scenario, in: directory, traced: traced)
            do {
                report.failures = try life.live()
            } catch let broken as SimulatedLife.BrokenPromise {
                report.failures = broken.complaints
            }
            report.events = life.receiver.eventCount
            report.deaths = life.deaths
            report.requests = life.world.requests.count
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
        makePeace()
        try run(for: .minutes(20))
        if scenario.lookout != .polls { try findWhatIsMissing() }
        if scenario.lookout == .polls, !missing().isEmpty { try releaseHeldChanges() }
        // Where the day has little room, a poll that has to read much takes long.
        if scenario.isAuto, !missing().isEmpty { try run(for: .hours(2)) }
        // A clock that was set back makes a pause that was noted before last as much longer.
        if scenario.setsOwnClock, !missing().isEmpty { try run(for: Scenario.longestSetback) }
        // Deliveries that failed again and again wait for hours.
        for _ in 0..<60 where try openDeliveries() > 0 { try run(for: .minutes(60)) }
        var failures = missing()
        if try openDeliveries() > 0 { failures.append("events stay undelivered") }
        if Double(world.requests.highestCount()) > scenario.requestsPerSecond {
            failures.append("more than \(scenario.requestsPerSecond) requests arrived in one second")
        }
        // Those of a process that has just died are still on their way when the next one begins.
        if world.requests.highestInFlight > (deaths > 0 ? 8 : 4) { failures.append("too many requests in flight") }
        return failures
    }

    /// A sweep, and another where one had begun before; a sample each hour; and an operator who believes what is held.
    private func findWhatIsMissing() throws {
        if scenario.lookout == .sweeps { try run(for: (scenario.sweepInterval ?? .zero) * 2) }
        for _ in 0..<8 where !missing().isEmpty {
            try run(for: .minutes(30))
            for object in scenario.polled { process?.polling.post(.release(object.resource), at: daemonNow) }
            try releaseHeldChanges()
        }
        // A record that lists had hidden, and was hidden or deleted again before a count could tell, is asked for after a
        // sweep.
        guard !missing().isEmpty, let sweepInterval = scenario.sweepInterval else { return }
        try run(for: sweepInterval + .hours(1))
    }

    private func releaseHeldChanges() throws {
        hasReleasedChanges = true
        let operatorsStore = try StoreVisitor(path: storePath, isReadOnly: false)
        for object in scenario.polled {
            _ = try operatorsStore.request(.releaseChanges, of: object.resource, account: "default")
        }
    }

    private func missing() -> [String] {
        watch.missing(
            in: world, polled: scenario.polled, lookout: scenario.lookout,
            hasSeen: { seen[$0.resource]?.contains(RecordID(String($1))) ?? false },
            newsThreshold: { thresholds[$0.resource] })
    }
}
