// What the receiver of a life makes of what it is sent, and what is thought of that.

import ChangeFeed
import ChangeOracle
import ReceivedEvents

extension SimulatedLife {
    /// A POST reaches the receiver, which takes it or not; what it takes is judged at once.
    func receive(_ attempt: Attempt) throws -> AttemptOutcome {
        let delivery = attempt.delivery
        let (answer, outcome) = drawAnswer(to: delivery)
        note("⇒ #\(delivery.sequence) \(delivery.type) \(delivery.recordID) attempt \(attempt.number): \(answer)")
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
        // Tried in an outage, it waits for its turn among those that are refused, and what follows it waits with it.
        if scenario.dislike?.concerns(delivery) == true { dislikedRecords.insert(delivery.recordID) }
        if !isPeaceful, !isOutage, let dislike = scenario.dislike {
            guard dislike.concerns(delivery) else {
                return (.taken, AttemptOutcome(verdict: .answered(status: 204), duration: .milliseconds(20)))
            }
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
        return drawRefusal(quick)
    }

    private func drawRefusal(_ quick: Duration) -> (VirtualReceiver.Answer, AttemptOutcome) {
        switch random.within(0...5) {
        case 0: return (.takenWithoutAnswer, AttemptOutcome(verdict: .failed(.reset), duration: quick))
        case 1: return (.silence, AttemptOutcome(verdict: .failed(.timeout), duration: .seconds(15)))
        case 2:
            let rest = Duration.seconds(random.within(1...120))
            return (
                .refused(status: 429, retryAfter: rest),
                AttemptOutcome(verdict: .answered(status: 429), retryAfter: rest, duration: quick)
            )
        case 3 where random.chance(0.3):
            // Nothing more until somebody resumes it, which somebody will.
            schedule(.resumption, after: .seconds(random.within(5...600)))
            return (
                .refused(status: 410, retryAfter: nil),
                AttemptOutcome(verdict: .answered(status: 410), duration: quick)
            )
        case 4 where random.chance(0.3):
            return (.silence, AttemptOutcome(verdict: .failed(.shortage), detail: "files", duration: quick))
        default:
            return (
                .refused(status: 503, retryAfter: nil),
                AttemptOutcome(verdict: .answered(status: 503), duration: quick)
            )
        }
    }
}
