// What the whole instance has left of its day, as the API last said, and how much of it is not ours to take.

/// The quota numbers of one answer: what the instance may do in a day, and what everybody together has left of it.
package struct QuotaObservation: Sendable, Equatable {
    /// `X-RateLimit-Limit`.
    package var limit: Int
    /// `X-RateLimit-Remaining`.
    package var remaining: Int
    package var observedAt: Instant

    package init(limit: Int, remaining: Int, observedAt: Instant) {
        self.limit = limit
        self.remaining = remaining
        self.observedAt = observedAt
    }
}

/// Keeps the last 5 % of the instance's day for its other users, and finds out when a new day has begun.
///
/// The API does not say when the quota starts anew: at midnight UTC, or 24 hours after some first request. Waiting a
/// whole day is always right but wastes a midnight reset, so a few requests above the reserve are kept for looking
/// again: once an hour, and once just after midnight UTC.
package struct QuotaReserve: Sendable, Equatable {
    package enum Verdict: Sendable, Equatable {
        case open
        /// One request may look whether a new day has begun; then `looked(at:)` is to be called.
        case look
        case closed(until: Instant)
    }

    package private(set) var observation: QuotaObservation?
    /// Requests sent since the answer that said how much remains: they have not been subtracted from it yet.
    private var sentSince = 0
    package private(set) var lookedAt: Instant?
    /// When an answer last said what remains.
    private var saidAt: Instant?

    package init(observation: QuotaObservation? = nil, lookedAt: Instant? = nil) {
        self.observation = observation
        saidAt = observation?.observedAt
        self.lookedAt = lookedAt
    }

    /// The part of the day that is never taken: 5 % of the limit.
    package static func reserve(of limit: Int) -> Int { (limit + 19) / 20 }

    /// Requests above the reserve that only look whether a new day has begun: at most one an hour, at most 2 % of the limit.
    static func looks(of limit: Int) -> Int { max(1, min(24, limit / 50)) }

    package func verdict(at now: Instant) -> Verdict {
        guard let observation, now - observation.observedAt < QuotaLedger.window else { return .open }
        let available = observation.remaining - sentSince
        let reserve = Self.reserve(of: observation.limit)
        if available > reserve + Self.looks(of: observation.limit) { return .open }

        let last = max(lookedAt ?? observation.observedAt, observation.observedAt)
        var next = min(observation.observedAt + QuotaLedger.window, Self.midnight(after: last) + .minutes(1))
        if available > reserve { next = min(next, last + .hours(1)) }
        return next <= now ? .look : .closed(until: next)
    }

    /// What to keep of it: what remains, with the requests taken off that no answer has told of yet.
    package var memory: QuotaObservation? {
        observation.map { seen in
            QuotaObservation(limit: seen.limit, remaining: seen.remaining - sentSince, observedAt: seen.observedAt)
        }
    }

    package mutating func sent() { sentSince += 1 }

    package mutating func unsent() { sentSince = max(0, sentSince - 1) }

    package mutating func looked(at now: Instant) { lookedAt = now }

    /// Takes an answer's numbers. `stillInFlight` requests may or may not be in them already, so they count against us.
    package mutating func learn(limit: Int, remaining: Int, stillInFlight: Int, at now: Instant) {
        // Answers in flight together overtake each other: one that left earlier says more than really remains.
        let known = observation?.remaining ?? remaining
        let isOvertaken = (1...Limits.requestsInFlight).contains(remaining - known)
        observation = QuotaObservation(
            limit: limit, remaining: isOvertaken ? known : remaining, observedAt: now)
        saidAt = now
        sentSince = stillInFlight
    }

    /// Whether what remains was said within the day.
    func isFresh(at now: Instant) -> Bool { saidAt.map { now - $0 < QuotaLedger.window } ?? false }

    /// Takes numbers that no answer said.
    mutating func reckon(limit: Int, remaining: Int, stillInFlight: Int, at now: Instant) {
        observation = QuotaObservation(limit: limit, remaining: remaining, observedAt: now)
        sentSince = stillInFlight
    }

    private static func midnight(after instant: Instant) -> Instant {
        let day = instant.secondsSince1970 / 86_400
        return Instant(secondsSince1970: (day + 1) * 86_400)
    }
}
