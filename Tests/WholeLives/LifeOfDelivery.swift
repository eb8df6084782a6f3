// How the daemon of a life delivers, and what its receiver makes of it.

import ChangeFeed
import ChangeOracle
import ChangeStore
import ReceivedEvents

extension SimulatedLife {
    func launchDeliveries() throws {
        guard let process else { return }
        let admission = process.gate.admission(at: daemonNow)
        if admission.total > 0 {
            let due = try process.store.claim(
                of: process.endpoint, admission, admittingReplays: process.gate.replaysOpen <= daemonNow,
                at: daemonNow)
            for delivery in due {
                self.process?.gate.enter(delivery.traits, at: daemonNow)
                if let spacing = delivery.replaySpacing {
                    self.process?.gate.beganReplay(spacing: spacing, at: daemonNow)
                }
                schedule(.postArrives(delivery, startedAt: daemonNow), after: random.duration(upTo: .milliseconds(100)))
            }
        }
        let gate = self.process?.gate ?? process.gate
        let queue = try process.store.waiting(of: process.endpoint, replaysOpen: gate.replaysOpen, at: daemonNow)
        deliveryAlarm = gate.looksAgain(at: queue, at: daemonNow).map { $0 - skew }
    }

    func take(_ outcome: AttemptOutcome, of delivery: DueDelivery, startedAt: Instant) throws {
        guard let process else { return }
        let number = delivery.attempts + 1
        self.process?.gate.took(
            outcome, of: delivery.traits, begun: startedAt, at: daemonNow, jitter: random.fraction())
        let health = self.process?.gate.health ?? process.gate.health
        let decision = process.policy.decide(
            outcome, attempts: number - delivery.attemptsBefore, health: health, at: daemonNow,
            jitter: random.fraction())
        if let hold = decision.holdEndpointUntil { self.process?.gate.hold(until: hold) }
        try mayDie()
        try process.store.settle(
            [
                AttemptReport(
                    deliveryID: delivery.id, number: number, startedAt: startedAt, outcome: outcome,
                    disposition: decision.disposition)
            ], of: process.endpoint, holdUntil: decision.holdEndpointUntil, health: health, at: daemonNow)
        try mayDie()
        self.process?.gate.leave(delivery.id)
    }

    /// A POST reaches the receiver, which takes it or not; what it takes is judged at once.
    func receive(_ delivery: DueDelivery) throws -> AttemptOutcome {
        let (answer, outcome) = drawAnswer(to: delivery)
        note(
            "⇒ #\(delivery.sequence) \(delivery.type) \(delivery.recordID) attempt \(delivery.attempts + 1): \(answer)")
        switch receiver.receive(delivery, answer) {
        case .nothing: break
        case .broken(let complaint): throw BrokenPromise(complaints: [complaint])
        case .taken(let event):
            guard let sequence = event.sequence, committedAt.indices.contains(sequence - 1) else {
                throw BrokenPromise(complaints: ["\(delivery.eventID) was sent and never committed"])
            }
            let committed = committedAt[sequence - 1]
            try judgeWait(of: delivery, since: committed)
            let seen = sightings[event.recordName]?.last { $0 <= committed }
            var complaints = watch.take(
                event, world: world, moment: .init(committed: committed, seen: seen)
            ) { thresholds[$0.resource] }
            complaints += judgeLayout(event, committed: committed)
            if !complaints.isEmpty { throw BrokenPromise(complaints: complaints) }
        }
        return outcome
    }

    /// A field that comes onto a layout or goes is told of few records at once, and of many only when the operator says so.
    private func judgeLayout(_ event: ReceivedEvent, committed: Instant) -> [String] {
        guard let changes = event.changes, !hasReleasedChanges, !scenario.rules.coalesces,
            changes.allSatisfy({ $0.path == "/CUSTOMFIELDS/\(Scenario.layoutField)" })
        else { return [] }
        let name = ResourceName(event.resource)
        relaid[committed, default: [:]][name, default: 0] += 1
        let count = relaid[committed]?[name] ?? 0
        return count > Limits.massChange ? ["\(count) records of \(name) were told for a change of the layout"] : []
    }

    private func drawAnswer(to delivery: DueDelivery) -> (VirtualReceiver.Answer, AttemptOutcome) {
        if !isPeaceful, !isOutage, let dislike = scenario.dislike {
            guard dislike.concerns(delivery) else {
                return (.taken, AttemptOutcome(verdict: .answered(status: 204), duration: .milliseconds(20)))
            }
            dislikedRecords.insert(delivery.recordID)
            return (dislike.answer, dislike.outcome)
        }
        let quick = random.duration(upTo: .milliseconds(300))
        if !isPeaceful, isOutage {
            return (
                .refused(status: 502, retryAfter: nil),
                AttemptOutcome(verdict: .answered(status: 502), duration: quick)
            )
        }
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

    /// A command beside the daemon asks for some of the log once more.
    func askForReplay() throws {
        guard !isPeaceful else { return }
        schedule(.replay, after: .minutes(random.within(1...8)))
        guard !committedAt.isEmpty else { return }
        var selection = ReplaySelection()
        let first = random.within(1...committedAt.count)
        if random.chance(0.7) { selection.sequences = first...(first + random.within(0...20)) }
        note("! events \(selection.sequences.map { "\($0)" } ?? "all") are to be sent again")
        try StoreVisitor(path: storePath, isReadOnly: false)
            .requestReplay(of: selection, eventsPerSecond: random.element(of: [0.2, 2, 50]))
    }

    /// A few of what was asked for, as the daemon does it.
    func replay() throws {
        guard let process else { return }
        while try process.store.carryOnReplay(to: [process.endpoint], limit: 5, at: daemonNow) != nil { try mayDie() }
    }

    func openDeliveries() throws -> Int {
        guard let process else { return 0 }
        return try process.store.queueDepth(of: process.endpoint).open
    }
}
