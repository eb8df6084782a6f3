// A whole life in virtual time: people edit, the daemon polls, delivers and dies, and everything on the way goes wrong.
//
// The pure core and the real store are the daemon's own; only what carries their requests is played here.

import ChangeFeed
import ChangeOracle
import Foundation
import SimulatedWorld

/// Drives one daemon against one instance and one receiver, by a seed.
final class SimulatedLife {
    /// The end of a process, at a moment when nothing told it.
    struct Death: Error {}

    /// A promise that was broken: the life ends here, so that the last lines of its trace are the way there.
    struct BrokenPromise: Error {
        let complaints: [String]
    }

    let scenario: Scenario
    var world: SimulatedInstance
    var receiver = VirtualReceiver()
    var watch: Watch
    var trace: Trace
    private(set) var now = SimulatedLife.beginning
    /// How far the daemon's own clock is from the true time; the same for as long as a process lives.
    private(set) var skew: Duration
    private(set) var deaths = 0
    var process: Incarnation?
    var random: SeededGenerator
    private(set) var isPeaceful = false
    /// When each event was committed, by its sequence.
    var committedAt: [Instant] = []
    /// The records of all committed pages.
    var seen: [ResourceName: Set<RecordID>] = [:]
    /// When pages with a record were committed.
    var sightings: [String: [Instant]] = [:]
    /// Records of each commit that were told for nothing but a change of the layout, by resource.
    var relaid: [Instant: [ResourceName: Int]] = [:]
    var hasReleasedChanges = false
    /// From when on changes were news, of what was polled so far.
    var thresholds: [ResourceName: NewsThreshold] = [:]
    /// The last answer to each resource, and when it came.
    var answers: [ResourceName: (APIResult, Instant)] = [:]
    /// When the last complete poll of each resource began.
    var polledAt: [ResourceName: Instant] = [:]
    /// Records of which an event was refused: what comes after it waits.
    var dislikedRecords: Set<RecordID> = []
    /// The receiver answered 410, the store knows, and nobody has resumed the endpoint since.
    var isGone = false
    var lastClockJump = SimulatedLife.beginning
    private var agenda = Agenda()
    private let directory: URL
    var storePath: String { directory.appendingPathComponent("state.sqlite3").path }

    static let beginning = Instant(secondsSince1970: 1_795_435_200)
    static let timeout: Duration = .seconds(120)

    /// - Parameter parent: where its store may lie for as long as it lives.
    init(_ scenario: Scenario, in parent: URL, traced: Bool) throws {
        self.scenario = scenario
        skew = scenario.skew
        watch = Watch(rules: scenario.rules)
        trace = Trace(isKept: traced)
        random = SeededGenerator(seed: scenario.seed, purpose: 21)
        world = SimulatedInstance(
            seed: scenario.seed, population: scenario.population, quirks: scenario.quirks, faults: scenario.faults,
            editMix: scenario.editMix, startingAt: Self.beginning)
        directory = parent.appendingPathComponent("life-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        schedule(.edit, after: .seconds(1))
        if scenario.clockJumps { schedule(.clockJump, after: .minutes(3)) }
        if scenario.layoutValue != nil {
            for object in scenario.polled {
                schedule(.layout(object, isOn: true), after: .minutes(2) + random.duration(upTo: .minutes(15)))
            }
        }
        if scenario.replays { schedule(.replay, after: .minutes(3)) }
        schedule(.rebirth, after: .zero)
    }

    deinit {
        process = nil
        try? FileManager.default.removeItem(at: directory)
    }

    /// From now on nobody edits, nothing fails and nobody dies.
    func makePeace() {
        note("peace")
        isPeaceful = true
        world.faults = .none
        process?.doom.lift()
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
        try poll()
        try settleUnstamped()
        if scenario.replays { try replay() }
        try deliver()
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

    private func stop() {
        guard process?.isStopping == false else { return }
        note("- the process is told to stop")
        process?.isStopping = true
        process?.polling.post(.stop, at: daemonNow)
        process?.delivery.post(.stop, at: daemonNow)
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
        note("* process \(deaths + 1), its clock off by \(skew)")
        process = try Incarnation(
            number: deaths + 1, storePath: storePath, scenario: scenario, doom: Doom(), at: daemonNow)
        try resumeAsAsked()
    }

    /// What was asked of the daemon while there was none, or of one that ended before it was done, is asked of this one.
    func resumeAsAsked() throws {
        guard let process else { return }
        if try process.store.isResumptionRequested(of: process.endpoint) {
            self.process?.delivery.post(.resume, at: daemonNow)
        }
        if try process.store.isAPIResumptionRequested(of: process.account) {
            self.process?.polling.post(.resumeAPI, at: daemonNow)
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
