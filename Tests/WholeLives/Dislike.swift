// A receiver that does not take one kind of event, and what that may cost the others: nothing.

import ChangeFeed

/// Events that a receiver refuses, or fails by, all of them.
struct Dislike: Sendable, CustomStringConvertible {
    let kind: ChangeKind
    let verdict: AttemptOutcome.Verdict
    let duration: Duration

    /// How long an event of another kind may wait, from its commit on: less than half a minute, for all places may be taken
    /// by what runs into its timeout before it is known for that.
    static let othersWait: Duration = .seconds(45)

    func concerns(_ delivery: DueDelivery) -> Bool { delivery.type.hasSuffix(".\(kind.rawValue)") }

    var outcome: AttemptOutcome { AttemptOutcome(verdict: verdict, duration: duration) }

    var answer: VirtualReceiver.Answer {
        if case .answered(let status) = verdict { .refused(status: status, retryAfter: nil) } else { .silence }
    }

    var description: String { "does not take \(kind.rawValue): \(verdict) after \(duration)" }
}

extension SimulatedLife {
    /// No event waits for another's failure, but those of its record.
    func judgeWait(of delivery: DueDelivery, since committed: Instant) throws {
        guard let dislike = scenario.dislike, !isPeaceful, !dislike.concerns(delivery),
            !dislikedRecords.contains(delivery.recordID), now - committed > Dislike.othersWait
        else { return }
        throw BrokenPromise(
            complaints: ["#\(delivery.sequence) waited \(now - committed) while others were refused"])
    }
}
