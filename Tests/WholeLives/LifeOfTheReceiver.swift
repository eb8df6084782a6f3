// What the receiver of a life makes of what it is sent, and what is thought of that.

import ChangeFeed
import ChangeOracle
import ReceivedEvents
import SimulatedWorld

extension SimulatedLife {
    /// A POST reaches its receiver, which takes it or not; either way it is judged at once.
    func receive(_ attempt: Attempt, at endpoint: LifeEndpoint) throws -> AttemptOutcome {
        let delivery = attempt.delivery
        let (answer, outcome) = drawAnswer(to: delivery, of: endpoint)
        let again = delivery.isReplay ? "again " : ""
        note(
            "⇒ \(endpoint.name) #\(delivery.sequence) \(delivery.type) \(delivery.recordID) \(again)attempt \(attempt.number): \(answer)"
        )
        endpoint.sequences[delivery.id] = delivery.sequence
        guard let event = ReceivedEvent(body: delivery.body), event.sequence == delivery.sequence,
            event.id == delivery.eventID
        else { throw BrokenPromise(complaints: ["\(delivery.eventID) is another than its delivery says"]) }
        try complain(endpoint.judge.judge(SentEvent(delivery, event)), of: endpoint)
        if outcome.directive == .abortMessage { endpoint.judge.abort(delivery.id) }
        let mayDiffer = endpoint.scenario.terms.coalesces && delivery.isReplay
        switch endpoint.receiver.receive(delivery, answer, mayDiffer: mayDiffer) {
        case .nothing: break
        case .broken(let complaint): try complain([complaint], of: endpoint)
        case .taken:
            endpoint.judge.took(delivery.sequence)
            if !delivery.isReplay {
                try judgeWait(of: delivery, at: endpoint, since: endpoint.account.log[delivery.sequence - 1])
            }
        }
        return outcome
    }

    func complain(_ complaints: [String], of endpoint: LifeEndpoint) throws {
        guard complaints.isEmpty else { throw BrokenPromise(complaints: complaints.map { "\(endpoint.name): \($0)" }) }
    }

    private func drawAnswer(
        to delivery: DueDelivery, of endpoint: LifeEndpoint
    ) -> (VirtualReceiver.Answer, AttemptOutcome) {
        let isOutage = isOutage(of: endpoint)
        // Tried in an outage, it waits for its turn among those that are refused, and what follows it waits with it.
        if endpoint.scenario.dislike?.concerns(delivery) == true {
            endpoint.dislikedRecords.insert(recordName(of: delivery))
        }
        if !isPeaceful, !isOutage, let dislike = endpoint.scenario.dislike {
            guard dislike.concerns(delivery) else {
                return (.taken, AttemptOutcome(verdict: .answered(status: 204), duration: .milliseconds(20)))
            }
            return (dislike.answer, dislike.outcome)
        }
        let quick = random.duration(upTo: .milliseconds(endpoint.scenario.isCalm ? 30 : 300))
        if !isPeaceful, isOutage {
            return (
                .refused(status: 502, retryAfter: nil),
                AttemptOutcome(verdict: .answered(status: 502), duration: quick)
            )
        }
        guard !isPeaceful, random.chance(endpoint.scenario.refusals) else {
            return (.taken, AttemptOutcome(verdict: .answered(status: 204), duration: quick))
        }
        return drawRefusal(quick, of: endpoint)
    }

    private func drawRefusal(_ quick: Duration, of endpoint: LifeEndpoint) -> (VirtualReceiver.Answer, AttemptOutcome) {
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
            schedule(.resumption(endpoint: endpoint.index), after: .seconds(random.within(5...600)))
            let asks = random.chance(0.5)
            let status = asks ? 503 : 410
            return (
                .refused(status: status, retryAfter: nil),
                AttemptOutcome(
                    verdict: .answered(status: status), directive: asks ? .disable : nil, duration: quick)
            )
        case 5 where random.chance(0.2):
            return (
                .refused(status: 400, retryAfter: nil),
                AttemptOutcome(verdict: .answered(status: 400), directive: .abortMessage, duration: quick)
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

extension SentEvent {
    fileprivate init(_ delivery: DueDelivery, _ event: ReceivedEvent) {
        self.init(
            event: event, body: delivery.body, sequence: delivery.sequence, number: delivery.endpointSequence,
            delivery: delivery.id, isReplay: delivery.isReplay)
    }
}
