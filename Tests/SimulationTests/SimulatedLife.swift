// A whole life in virtual time: people edit, the daemon polls, delivers and dies, and everything on the way goes wrong.
//
// The pure core and the real store are the daemon's own; only what carries their requests is played here.

import ChangeFeed
import ChangeStore
import Foundation
import SimulatedWorld

/// Drives one daemon against one instance and one receiver, by a seed.
final class SimulatedLife {
    /// The end of a process, at a moment when nothing told it.
    struct Death: Error {}

    enum Happening {
        case edit
        case clockJump
        case rebirth
        case requestArrives(ResourceName, APIRequest)
        case answerArrives(ResourceName, APIResult, requestNumber: Int)
        case postArrives(DueDelivery, startedAt: Instant)
        case outcomeArrives(DueDelivery, startedAt: Instant, AttemptOutcome)
    }

    private struct Appointment {
        let at: Instant
        let incarnation: Int
        let happening: Happening
    }

    let scenario: Scenario
    private(set) var world: SimulatedInstance
    private(set) var receiver = VirtualReceiver()
    private(set) var now: Instant
    private(set) var deaths = 0
    private(set) var process: Incarnation?
    private var agenda: [Appointment] = []
    private var pollAlarm: Instant?
    private var deliveryAlarm: Instant?
    private var random: SeededGenerator
    private var isPeaceful = false
    private let directory: URL

    static let beginning = Instant(secondsSince1970: 1_795_435_200)
    private static let timeout: Duration = .seconds(120)

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        now = Self.beginning
        random = SeededGenerator(seed: scenario.seed, purpose: 21)
        world = SimulatedInstance(
            seed: scenario.seed, quirks: scenario.quirks, faults: scenario.faults, startingAt: Self.beginning)
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("life-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        schedule(.edit, after: .seconds(1))
        if scenario.clockJumps { schedule(.clockJump, after: .minutes(20)) }
        try beBorn()
    }

    deinit {
        process = nil
        try? FileManager.default.removeItem(at: directory)
    }

    /// From now on nobody edits, nothing fails and nobody dies.
    func makePeace() throws {
        isPeaceful = true
        world.faults = .none
        if process == nil { try beBorn() }
    }

    func run(for duration: Duration) throws {
        let end = now + duration
        while true {
            do {
                try work()
                let next = min(
                    agenda.first?.at ?? .distantFuture, pollAlarm ?? .distantFuture, deliveryAlarm ?? .distantFuture)
                guard next <= end else { break }
                now = max(now, next)
                while let first = agenda.first, first.at <= now {
                    agenda.removeFirst()
                    try perform(first)
                }
            } catch is Death {
                die()
            }
        }
        now = end
    }
}

// MARK: - What the daemon does

extension SimulatedLife {
    /// The daemon's own clock.
    private var daemonNow: Instant { now + scenario.skew }

    private func work() throws {
        guard process != nil else { return }
        try sendRequests()
        try launchDeliveries()
    }

    private func sendRequests() throws {
        while case .send(let name, let request)? = process?.feed.next(at: daemonNow), let process {
            try mayDie()
            if !isPeaceful, random.chance(scenario.fullDisk) {
                self.process?.feed.notSent(name, at: daemonNow, jitter: random.fraction())
                continue
            }
            try process.store.countRequest(
                of: process.account, memory: process.feed.budget.memory, at: daemonNow)
            try mayDie()
            self.process?.feed.departed(at: daemonNow)
            // Now and then a connection has to be opened first, through a slow network.
            let way: Duration = random.chance(0.2) ? .seconds(2) : .milliseconds(100)
            schedule(.requestArrives(name, request), after: random.duration(upTo: way))
        }
        if case .wait(let until)? = process?.feed.next(at: daemonNow) { pollAlarm = until.map { $0 - scenario.skew } }
    }

    private func launchDeliveries() throws {
        guard let process else { return }
        let room = process.gate.room(at: daemonNow)
        if room > 0 {
            let due = try process.store.dueDeliveries(
                of: process.endpoint, limit: room, excluding: process.gate.inFlight, at: daemonNow)
            for delivery in due {
                self.process?.gate.enter(delivery.id, at: daemonNow)
                schedule(.postArrives(delivery, startedAt: daemonNow), after: random.duration(upTo: .milliseconds(100)))
            }
        }
        let gate = self.process?.gate ?? process.gate
        guard let opens = gate.opens(at: daemonNow),
            let next = try process.store.nextDue(of: process.endpoint, excluding: gate.inFlight)
        else {
            deliveryAlarm = nil
            return
        }
        deliveryAlarm = max(max(next, opens), daemonNow + .microseconds(1)) - scenario.skew
    }

    private func take(_ result: APIResult, for name: ResourceName) throws {
        guard let process else { return }
        let jitter = random.fraction()
        switch self.process?.feed.receive(result, for: name, at: daemonNow, jitter: jitter) {
        case .problem?:
            try process.store.remember(self.process?.feed.budget.memory ?? .init(), of: process.account)
        case .commit(let page)?:
            try mayDie()
            if !isPeaceful, random.chance(scenario.fullDisk) {
                self.process?.feed.commitFailed(page, at: daemonNow, jitter: jitter)
                return
            }
            _ = try process.store.commit(
                page, of: process.account, to: process.endpoint, detectedAt: daemonNow + scenario.wallStep,
                at: daemonNow)
            try mayDie()
            self.process?.feed.committed(page)
        case nil:
            break
        }
    }

    private func take(_ outcome: AttemptOutcome, of delivery: DueDelivery, startedAt: Instant) throws {
        guard let process else { return }
        let number = delivery.attempts + 1
        let decision = process.policy.decide(outcome, attempts: number, at: daemonNow, jitter: random.fraction())
        if let hold = decision.holdEndpointUntil { self.process?.gate.hold(until: hold) }
        try mayDie()
        try process.store.settle(
            [
                AttemptReport(
                    deliveryID: delivery.id, number: number, startedAt: startedAt, outcome: outcome,
                    disposition: decision.disposition)
            ], of: process.endpoint, holdUntil: decision.holdEndpointUntil, at: daemonNow)
        try mayDie()
        self.process?.gate.leave(delivery.id)
    }
}

// MARK: - What happens to it

extension SimulatedLife {
    private func perform(_ appointment: Appointment) throws {
        let isOurs = process?.number == appointment.incarnation
        switch appointment.happening {
        case .edit:
            guard !isPeaceful else { return }
            if random.chance(0.01) {
                // A nightly job: many records in one moment, under one stamp.
                world.sync(random.element(of: SimulatedObject.allCases), count: 15, at: now)
            } else {
                world.edit(at: now)
            }
            schedule(.edit, after: random.duration(upTo: .seconds(40)))
        case .clockJump:
            guard !isPeaceful else { return }
            world.quirks.clockOffset = .seconds(random.within(-3000...3000))
            schedule(.clockJump, after: .minutes(random.within(10...40)))
        case .rebirth:
            if process == nil { try beBorn() }
        case .requestArrives(let name, let request):
            let (answer, number) = world.begin(SimulatedRequest(request.target, apiKey: world.apiKey), at: now)
            let way = random.duration(upTo: .milliseconds(200))
            let wait = min(answer.delay, Self.timeout)
            agenda(
                .answerArrives(name, answer.result(timeout: Self.timeout), requestNumber: number), after: wait + way,
                of: appointment.incarnation)
        case .answerArrives(let name, let result, let number):
            world.finish(number, at: now)
            if isOurs { try take(result, for: name) }
        case .postArrives(let delivery, let startedAt):
            let (answer, outcome) = drawAnswer()
            receiver.receive(delivery, answer)
            agenda(
                .outcomeArrives(delivery, startedAt: startedAt, outcome), after: outcome.duration,
                of: appointment.incarnation)
        case .outcomeArrives(let delivery, let startedAt, let outcome):
            if isOurs { try take(outcome, of: delivery, startedAt: startedAt) }
        }
    }

    private func drawAnswer() -> (VirtualReceiver.Answer, AttemptOutcome) {
        let quick = random.duration(upTo: .milliseconds(300))
        guard !isPeaceful, random.chance(scenario.refusals) else {
            return (.taken, AttemptOutcome(verdict: .answered(status: 204), duration: quick))
        }
        switch random.within(0...4) {
        case 0: return (.takenWithoutAnswer, AttemptOutcome(verdict: .failed(.reset), duration: quick))
        case 1: return (.silence, AttemptOutcome(verdict: .failed(.timeout), duration: .seconds(15)))
        case 2:
            let rest = Duration.seconds(random.within(1...120))
            return (
                .refused(status: 429, retryAfter: rest),
                AttemptOutcome(verdict: .answered(status: 429), retryAfter: rest, duration: quick)
            )
        default:
            return (
                .refused(status: 503, retryAfter: nil),
                AttemptOutcome(verdict: .answered(status: 503), duration: quick)
            )
        }
    }

    private func mayDie() throws {
        if !isPeaceful, random.chance(scenario.deaths) { throw Death() }
    }

    private func die() {
        deaths += 1
        process = nil
        pollAlarm = nil
        deliveryAlarm = nil
        schedule(.rebirth, after: .seconds(1) + random.duration(upTo: .minutes(2)))
    }

    private func beBorn() throws {
        process = try Incarnation(
            number: deaths + 1, storePath: directory.appendingPathComponent("state.sqlite3").path,
            scenario: scenario, at: daemonNow)
    }

    private func schedule(_ happening: Happening, after wait: Duration) {
        agenda(happening, after: wait, of: process?.number ?? 0)
    }

    private func agenda(_ happening: Happening, after wait: Duration, of incarnation: Int) {
        let at = now + wait
        let place = agenda.firstIndex { $0.at > at } ?? agenda.endIndex
        agenda.insert(Appointment(at: at, incarnation: incarnation, happening: happening), at: place)
    }
}
