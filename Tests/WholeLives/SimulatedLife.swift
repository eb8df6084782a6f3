// A whole life in virtual time: people edit, the daemon polls, delivers and dies, and everything on the way goes wrong.
//
// The pure core and the real store are the daemon's own; only what carries their requests is played here.

import ChangeFeed
import ChangeOracle
import Foundation
import SimulatedWorld
import VirtualTime

/// Drives one daemon against its instances and its receivers, by a seed.
final class SimulatedLife {
    /// The end of a process, at a moment when nothing told it.
    struct Death: Error {}

    /// A promise that was broken: the life ends here, so that the last lines of its trace are the way there.
    struct BrokenPromise: Error {
        let complaints: [String]
    }

    let scenario: Scenario
    let accounts: [LifeAccount]
    let endpoints: [LifeEndpoint]
    var trace: Trace
    private(set) var now = SimulatedLife.beginning
    /// How far the daemon's own clock is from the true time; the same for as long as a process lives.
    private(set) var skew: Duration
    private(set) var deaths = 0
    var process: Incarnation?
    var random: SeededGenerator
    private(set) var isPeaceful = false
    private var agenda = Agenda()
    private(set) var configuration: Configuration
    private let directory: URL
    let disk: LifeDisk

    static let beginning = Instant(secondsSince1970: 1_795_435_200)
    static let timeout: Duration = .seconds(120)

    /// - Parameter parent: where its store may lie for as long as it lives.
    init(
        _ scenario: Scenario, on engine: LifeEngine, in parent: URL, at server: String?, traced: Bool
    ) throws {
        self.scenario = scenario
        skew = scenario.skew
        configuration = Configuration(scenario)
        trace = Trace(isKept: traced)
        random = SeededGenerator(seed: scenario.seed, purpose: 21)
        accounts = scenario.accounts.enumerated().map { LifeAccount($1, at: $0, beginning: Self.beginning) }
        let accounts = accounts
        endpoints = scenario.endpoints.enumerated().map { index, endpoint in
            LifeEndpoint(
                endpoint, at: index, of: accounts[endpoint.account],
                countsNumbers: !(scenario.reconfigures && scenario.replays))
        }
        directory = parent.appendingPathComponent("life-\(UUID().uuidString)")
        disk = try LifeDisk(engine, in: directory, at: server)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for account in accounts { scheduleTroubles(of: account) }
        if scenario.replays { schedule(.replay, after: .minutes(3)) }
        if scenario.reconfigures { schedule(.reload, after: .minutes(random.within(1...4))) }
        if scenario.hasOperator { schedule(.decision, after: .minutes(random.within(1...4))) }
        if scenario.isHinted { schedule(.hint, after: .seconds(random.within(1...60))) }
        schedule(.rebirth, after: .zero)
    }

    private func scheduleTroubles(of account: LifeAccount) {
        let index = account.index
        schedule(.edit(account: index), after: .seconds(1))
        if account.scenario.clockJumps { schedule(.clockJump(account: index), after: .minutes(3)) }
        guard account.scenario.layoutValue != nil else { return }
        for object in account.scenario.polled {
            schedule(
                .layout(account: index, object, isOn: true),
                after: .minutes(2) + random.duration(upTo: .minutes(15)))
        }
    }

    deinit {
        disk.discard()
        process = nil
        try? FileManager.default.removeItem(at: directory)
    }

    /// From now on nobody edits, nothing fails and nobody dies.
    func makePeace() throws {
        note("peace")
        isPeaceful = true
        for account in accounts { account.world.faults = .none }
        process?.doom.lift()
        if scenario.reconfigures { if random.chance(0.5) { try reload() } else { stop() } }
        if process == nil { schedule(.rebirth, after: .zero) }
    }

    func run(for duration: Duration) throws {
        let end = now + duration
        while true {
            do {
                try work()
                let next = min(agenda.earliest, process?.next.map { $0 - skew } ?? .distantFuture)
                guard next <= end else { break }
                now = max(now, next)
                while let due = agenda.take(at: now) { try perform(due) }
            } catch is Death {
                die()
            }
        }
        now = end
    }

    private func work() throws {
        guard let process else { return }
        if process.isStopping, process.isDone { return stopped() }
        try startWhatWasAdded()
        for account in accounts { try poll(account) }
        for endpoint in endpoints { try deliver(endpoint) }
    }
}

// MARK: - Death and birth

extension SimulatedLife {
    /// The daemon's own clock.
    var daemonNow: Instant { now + skew }

    /// A moment between two actions at which the process may end: now, inside one of its next transactions, or once what is
    /// under way has ended.
    func mayEnd() throws {
        guard !isPeaceful, random.chance(scenario.deaths) else { return }
        switch random.within(0...3) {
        case 0: throw Death()
        case 1: stop()
        default: process?.doom.seal(atCommit: random.within(1...3))
        }
    }

    func stop() {
        guard process?.isStopping == false else { return }
        note("- the process is told to stop")
        process?.stop(at: daemonNow)
    }

    private func stopped() {
        note("- it has stopped")
        deaths += 1
        process = nil
        schedule(.rebirth, after: .seconds(1))
    }

    private func die() {
        note("† \(process?.doom.isFulfilled == true ? "inside a transaction" : "between two actions")")
        deaths += 1
        process = nil
        schedule(.rebirth, after: .seconds(1) + random.duration(upTo: .minutes(2)))
    }

    func beBorn() throws {
        guard process == nil else { return }
        if deaths > 0, scenario.setsOwnClock { skew = random.element(of: Scenario.skews) }
        if deaths > 0, isPeaceful || random.chance(0.4) { reconfigure() }
        note("* process \(deaths + 1), its clock off by \(skew)")
        let doom = Doom()
        // It may die while it begins.
        if !isPeaceful, random.chance(scenario.deaths) { doom.seal(atCommit: random.within(1...8)) }
        for endpoint in endpoints { endpoint.begin(configuration.endpoints[endpoint.index]) }
        process = try Incarnation(
            number: deaths + 1, disk: disk, configuration, places: scenario.endpoints.map(\.account), doom: doom,
            at: daemonNow)
        // What was asked of the daemon while there was none, or of one that ended before it was done, is asked of this one.
        wantRound(after: .zero)
    }

    /// Somebody has written another configuration; in the end it is as it was in the beginning, so that nothing is missing.
    func reconfigure() {
        guard scenario.reconfigures else { return }
        if isPeaceful {
            configuration = Configuration(scenario)
        } else {
            configuration.change(scenario, &random)
        }
        note("! configured anew: \(configuration)")
        for (account, configured) in zip(accounts, configuration.accounts) {
            account.everIgnored.formUnion(configured.ignoredFields)
        }
    }
}

// MARK: - What the parts of a life share

extension SimulatedLife {
    func schedule(_ happening: Agenda.Happening, after wait: Duration, of incarnation: Int? = nil) {
        agenda.add(.init(at: now + wait, incarnation: incarnation ?? process?.number ?? 0, happening: happening))
    }

    func note(_ line: @autoclosure () -> String) { trace.note(line(), at: now) }

    /// Whether the disk is full at this moment.
    func diskIsFull() -> Bool { !isPeaceful && random.chance(scenario.fullDisk) }
}
