// How much the service takes: requests a second, requests at once, requests a day.

import ChangeFeed

/// The limits, a part of `Quirks`. Nil means none.
package struct RequestLimits: Sendable, Equatable {
    package enum DayReset: String, Sendable, CaseIterable {
        case midnightUTC = "midnight-utc"
        /// 24 hours after the first request of the day before.
        case dayAfterFirstCall = "day-after-first-call"
    }

    package var perSecond: Int? = 10
    package var concurrent: Int?
    package var perDay = 100_000
    package var dayReset = DayReset.midnightUTC
    package var sendsRetryAfter = true
    /// Whether a refused request counts against the day all the same.
    package var countsRefusals = false

    package init() {}
}

/// Counts requests as the throttle in front of the service seems to: a window of a second opens with the first
/// request after the last one has closed, whatever the second of the clock.
struct RequestLimiter: Sendable, Equatable {
    enum Refusal: Sendable, Equatable {
        case second(limit: Int)
        case concurrency(limit: Int)
        case day(limit: Int, resetAfter: Duration)
    }

    private var windowStart = Instant.distantPast
    private var countInWindow = 0
    private var dayStart = Instant.distantPast
    private(set) var countInDay = 0

    /// Counts a request at the server's time; nil where it may pass. `inFlight` does not count the request itself.
    mutating func admit(at now: Instant, inFlight: Int, limits: RequestLimits) -> Refusal? {
        beginDay(at: now, reset: limits.dayReset)
        if now - windowStart >= .seconds(1) || now < windowStart {
            windowStart = now
            countInWindow = 0
        }
        countInWindow += 1
        let refusal = refusal(at: now, inFlight: inFlight, limits: limits)
        if refusal == nil || limits.countsRefusals { countInDay += 1 }
        return refusal
    }

    func remaining(_ limits: RequestLimits) -> Int { max(0, limits.perDay - countInDay) }

    private func refusal(at now: Instant, inFlight: Int, limits: RequestLimits) -> Refusal? {
        if countInDay >= limits.perDay {
            return .day(limit: limits.perDay, resetAfter: dayStart + .days(1) - now)
        }
        if let limit = limits.perSecond, countInWindow > limit { return .second(limit: limit) }
        if let limit = limits.concurrent, inFlight >= limit { return .concurrency(limit: limit) }
        return nil
    }

    private mutating func beginDay(at now: Instant, reset: RequestLimits.DayReset) {
        switch reset {
        case .midnightUTC:
            let seconds = now.secondsSince1970
            let midnight = Instant(secondsSince1970: seconds - ((seconds % 86_400) + 86_400) % 86_400)
            guard midnight != dayStart else { return }
            dayStart = midnight
        case .dayAfterFirstCall:
            guard now - dayStart >= .days(1) else { return }
            dayStart = now
        }
        countInDay = 0
    }
}

extension RequestLimiter.Refusal {
    /// Worded as the open-source throttle for this framework words it.
    func answer(sendsRetryAfter: Bool) -> SimulatedAnswer {
        let (text, wait): (String, Int64) =
            switch self {
            case .second(let limit): ("maximum admitted \(limit) per Second.", 1)
            case .concurrency(let limit): ("maximum admitted \(limit) at the same time.", 1)
            case .day(let limit, let after): ("maximum admitted \(limit) per Day.", after.components.seconds + 1)
            }
        let retry = sendsRetryAfter ? [HeaderField("Retry-After", String(wait))] : []
        return .message(429, "API calls quota exceeded! " + text, headers: retry)
    }
}

extension SimulatedInstance {
    /// How many requests count against the present day.
    package var quotaUsed: Int { limiter.countInDay }
}
