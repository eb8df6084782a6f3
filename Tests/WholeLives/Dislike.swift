// A receiver that does not take one kind of event, and what that may cost the others: nothing.

import ChangeFeed

/// Events that a receiver refuses, or fails by, all of them.
struct Dislike: Sendable, CustomStringConvertible {
    let kind: ChangeKind
    let verdict: AttemptOutcome.Verdict
    let duration: Duration

    /// How long an event of another kind may wait, from its commit on. Each type may run into its timeout of fifteen
    /// seconds once before it is known for that, one after the other where the circuit has been open; and the store may
    /// fail for some seconds. What an open circuit lets through proves the receiver alive, and every type is tried anew.
    static func othersWait(types: Int, openings: Int) -> Duration { .seconds(15 * types * (1 + openings) + 30) }

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
    func isOutage(of endpoint: LifeEndpoint) -> Bool {
        endpoint.scenario.outage?.contains(now - Self.beginning) ?? false
    }

    private func othersWait(at endpoint: LifeEndpoint, since committed: Instant) -> Duration {
        Dislike.othersWait(
            types: endpoint.account.scenario.polled.count,
            openings: endpoint.circuitOpenings.count { $0 >= committed })
    }

    func recordName(of delivery: DueDelivery) -> String {
        "\(delivery.type.prefix { $0 != "." })/\(delivery.recordID)"
    }

    /// No event waits for another's failure, but those of its record; and none for the trouble of another endpoint.
    func judgeWait(of delivery: DueDelivery, at endpoint: LifeEndpoint, since committed: Instant) throws {
        let (since, longest): (Instant, Duration)
        if let dislike = endpoint.scenario.dislike {
            guard !dislike.concerns(delivery), !endpoint.dislikedRecords.contains(recordName(of: delivery)) else {
                return
            }
            if let outage = endpoint.scenario.outage {
                (since, longest) = (max(committed, Self.beginning + outage.upperBound), Dislike.othersWaitAfterOutage)
            } else {
                guard !isPeaceful else { return }
                (since, longest) = (committed, othersWait(at: endpoint, since: committed))
            }
        } else {
            guard endpoint.scenario.isCalm, deaths == 0, !scenario.reconfigures else { return }
            (since, longest) = (committed, othersWait(at: endpoint, since: committed))
        }
        guard now - since > longest else { return }
        try complain(["#\(delivery.sequence) waited \(now - since) while others were refused"], of: endpoint)
    }
}
