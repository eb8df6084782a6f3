// What one attempt means for its delivery and for the endpoint.

/// Decides, after an attempt, whether the event is delivered, tried again, or given up.
package struct DeliveryPolicy: Sendable, Equatable {
    package enum Disposition: Sendable, Equatable {
        case delivered
        case retry(at: Instant)
        /// The schedule is exhausted: kept, visible, replayable, and no longer in the way of later events.
        case dead
    }

    struct Decision: Sendable, Equatable {
        var disposition: Disposition
        /// No attempt to the whole endpoint before then: its receiver said so.
        var holdEndpointUntil: Instant?

        init(disposition: Disposition, holdEndpointUntil: Instant? = nil) {
            self.disposition = disposition
            self.holdEndpointUntil = holdEndpointUntil
        }
    }

    package var schedule: RetrySchedule

    package init(schedule: RetrySchedule) {
        self.schedule = schedule
    }

    /// - Parameters:
    ///   - attempts: attempts made, this one included.
    ///   - health: of the endpoint, this attempt included.
    ///   - now: when the attempt ended.
    ///   - jitter: 0..<1.
    func decide(
        _ outcome: AttemptOutcome, attempts: Int, health: EndpointHealth, at now: Instant, jitter: Double
    ) -> Decision {
        if outcome.isSuccess { return Decision(disposition: .delivered) }
        let hold = outcome.retryAfter.map { now + min($0, Limits.longestHold) }
        // How long to stay away with an event that is refused concerns that event alone.
        let endpointHold = outcome.refusesTheEvent ? nil : hold
        if outcome.directive == .abortMessage { return Decision(disposition: .dead, holdEndpointUntil: endpointHold) }
        // What the receiver refuses for good waits for the one who resumes it.
        if health.disabled != nil { return Decision(disposition: .retry(at: now)) }
        guard var wait = schedule.wait(afterAttempts: attempts, jitter: jitter) else {
            return Decision(disposition: .dead, holdEndpointUntil: endpointHold)
        }
        if outcome.isOverload, health.isFailing { wait = max(wait, Limits.overloadRest) }
        return Decision(
            disposition: .retry(at: max(now + wait, hold ?? .distantPast)), holdEndpointUntil: endpointHold)
    }
}
