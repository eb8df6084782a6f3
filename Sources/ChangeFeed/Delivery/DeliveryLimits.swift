// The limits of what is sent, each with its reason.

extension Limits {
    /// How long nothing must have been lacking before a shortage counts as over: what goes to and fro is one.
    static let shortageIsOver: Duration = .minutes(1)

    /// How long a resolver may take before the same name is asked for once more: resolvers give up within half a minute,
    /// and where one does not, it may never come back.
    package static let lookupMayTake: Duration = .minutes(1)

    /// Threads that ask for one host and may never come back. Each costs some KB; a host of which as many are waited for
    /// has a resolver that a restart alone can help.
    static let lookupsLeftBehind = 64

    /// The longest time an endpoint is held because its receiver asked for it.
    package static let longestHold: Duration = .hours(24)

    /// How long it is believed that a receiver closes idle connections as early as it was once seen to: a restart closes
    /// all of them, and trying again costs one connection.
    static let idleLimitHolds: Duration = .minutes(10)

    /// A receiver that ends connections sooner keeps none.
    static let shortestIdleLimit: Duration = .milliseconds(100)

    /// Between replays that are not accepted.
    static let replayBackoff = Backoff(first: .seconds(2), longest: .minutes(15))

    /// Events that fail, with none taken since, before that is the receiver's fault.
    static let failuresUntilOpen = 5

    /// How long they must have been failing: many receivers restart in less.
    static let failingUntilOpen: Duration = .seconds(5)

    /// Until that is certain, between two attempts: as long as it has lasted so far, within these bounds.
    static let shortestDoubt: Duration = .milliseconds(200)
    static let longestDoubt: Duration = .seconds(2)

    /// After an event was taken, others that fail again are no news for so long.
    static let lifeSpeaksFor: Duration = .minutes(1)

    /// How long an open circuit waits after so many probes: they come 1, 2, 5, 15 and 45 seconds after it opened, and
    /// then after twice as long each time.
    package static func wait(afterProbes probes: Int) -> Duration {
        let first: [Duration] = [.seconds(1), .seconds(1), .seconds(3), .seconds(10), .seconds(30)]
        if first.indices.contains(probes) { return first[probes] }
        let doublings = max(0, probes - first.count + 1)
        return doublings < 5 ? .seconds(30 << doublings) : longestProbe
    }

    /// The longest that an open circuit waits for a probe.
    private static let longestProbe: Duration = .minutes(15)

    /// How long an overloaded receiver is left alone at least.
    static let overloadRest: Duration = .seconds(60)

    /// An endpoint is disabled after as many attempts of only failure, over as long a time.
    static let failuresUntilDisabled = 100
    static let failingUntilDisabled: Duration = .days(5)

    /// Attempts for events of a record that newer ones took the place of, up to which those have all of theirs.
    package static let attemptsForgiven = 12

    /// Part of an answer kept for people.
    package static let answerBytesKept = 16_384
}
