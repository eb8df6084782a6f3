// A receiver that does not take one kind of event, and what that may cost the others: nothing.

import ChangeFeed

/// Events that a receiver refuses, or fails by, all of them.
struct Dislike: Sendable, CustomStringConvertible {
    let kind: ChangeKind
    let verdict: AttemptOutcome.Verdict
    let duration: Duration

    /// How long an event of another kind may wait, from its commit on. Each of three types may run into its timeout of
    /// fifteen seconds once before it is known for that, one after the other where the circuit has been open; and the store
    /// may fail for some seconds.
    static let othersWait: Duration = .seconds(75)

    /// How long it may wait after an outage: until the circuit has let through one of each of few types, tried before or not.
    static let othersWaitAfterOutage: Duration = .hours(1)

    func concerns(_ delivery: DueDelivery) -> Bool { delivery.type.hasSuffix(".\(kind.rawValue)") }

    var outcome: AttemptOutcome { AttemptOutcome(verdict: verdict, duration: duration) }

    var answer: VirtualReceiver.Answer {
        if case .answered(let status) = verdict { .refused(status: status, retryAfter: nil) } else { .silence }
    }

    var description: String { "does not take \(kind.rawValue): \(verdict) after \(duration)" }
}

extension SimulatedLife {
    /// Whether the receiver takes nothing.
    var isOutage: Bool { scenario.outage?.contains(now - Self.beginning) ?? false }

    /// No event waits for another's failure, but those of its record.
    func judgeWait(of delivery: DueDelivery, since committed: Instant) throws {
        guard let dislike = scenario.dislike, !dislike.concerns(delivery),
            !dislikedRecords.contains(delivery.recordID)
        else { return }
        let (since, longest): (Instant, Duration)
        if let outage = scenario.outage {
            (since, longest) = (max(committed, Self.beginning + outage.upperBound), Dislike.othersWaitAfterOutage)
        } else {
            guard !isPeaceful else { return }
            (since, longest) = (committed, Dislike.othersWait)
        }
        guard now - since > longest else { return }
        throw BrokenPromise(complaints: ["#\(delivery.sequence) waited \(now - since) while others were refused"])
    }
}
