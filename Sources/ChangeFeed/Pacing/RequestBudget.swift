// Whether a request may be made now: the per-second limit, the day's share, the reserve, and what the API said of it.

/// Grants requests to the API of one account, and learns from the answers how many more there may be.
///
/// Nothing here sends anything. Who sends asks first and reports every answer, so that the limits hold for all of an
/// account's resources together.
package struct RequestBudget: Sendable {
    package struct Terms: Sendable, Equatable {
        /// Never exceeded as the server counts, in any window of one second.
        package var requestsPerSecond: Double
        /// The part of the day's limit that own requests may use in any rolling 24 hours: 0…1.
        package var quotaShare: Double
        /// Instead of the limit that the API names.
        package var dailyLimit: Int?
        /// Requests a day that polls need; others do not take what is left for them.
        package var pollsPerDay: Double

        package init(
            requestsPerSecond: Double, quotaShare: Double, dailyLimit: Int? = nil, pollsPerDay: Double = 0
        ) {
            self.requestsPerSecond = requestsPerSecond
            self.quotaShare = quotaShare
            self.dailyLimit = dailyLimit
            self.pollsPerDay = pollsPerDay
        }
    }

    /// What is remembered over restarts.
    package struct Memory: Sendable, Equatable {
        package var ledger: QuotaLedger
        package var observation: QuotaObservation?
        package var lastDeparture: Instant?
        /// Until then the API wants to be left alone, by a 429. A refused key is not remembered: whoever starts the
        /// daemon anew may well have mended it.
        package var throttledUntil: Instant?
        /// When a request was last spent on looking whether a new day has begun.
        package var lookedAt: Instant?

        package init(
            ledger: QuotaLedger = QuotaLedger(), observation: QuotaObservation? = nil, lastDeparture: Instant? = nil,
            throttledUntil: Instant? = nil, lookedAt: Instant? = nil
        ) {
            self.ledger = ledger
            self.observation = observation
            self.lastDeparture = lastDeparture
            self.throttledUntil = throttledUntil
            self.lookedAt = lookedAt
        }
    }

    /// Why a request has to wait; said in the log when it changes.
    package enum Reason: String, Sendable, Equatable {
        case spacing = "the per-second limit"
        case inFlight = "four requests are in flight"
        case share = "this daemon's share of the day's quota is used up"
        case leftToPolls = "what is left of this daemon's share of the day's quota is left to polls"
        case reserve = "the instance has almost none of its day's quota left"
        case throttled = "the API asked for a pause (429)"
        case unauthorized = "the API refused the API key (401)"
    }

    package enum Grant: Sendable, Equatable {
        case granted
        /// `until` is nil when only an answer can change things.
        case wait(until: Instant?, Reason)
    }

    package let terms: Terms
    package private(set) var inFlight = 0
    private var pacer: EvenPacer
    private var arrivals: ArrivalWindow
    private var ledger: QuotaLedger
    private var reserve: QuotaReserve
    private var pause: (until: Instant, reason: Reason)?
    private var throttlesInARow = 0
    private var refusalsInARow = 0
    private var lastSuccess: Instant?
    private var isLooking = false

    /// - Parameter memory: what the process before this one left. A departure it made in the future is a clock that was
    ///   wrong, and is taken for now; no pause is longer than a day.
    package init(terms: Terms, memory: Memory = Memory(), at now: Instant) {
        self.terms = terms
        ledger = memory.ledger
        reserve = QuotaReserve(
            observation: memory.observation.flatMap { $0.observedAt > now + .hours(24) ? nil : $0 },
            lookedAt: memory.lookedAt.map { min($0, now) })
        pacer = EvenPacer(
            requestsPerSecond: terms.requestsPerSecond, margin: Limits.arrivalMargin,
            lastDeparture: memory.lastDeparture.map { min($0, now) })
        arrivals = ArrivalWindow(requestsPerSecond: terms.requestsPerSecond)
        // What the process before this one had in flight may have arrived up to this moment.
        if let last = memory.lastDeparture, now - last < Limits.requestsMayArriveWithin {
            for _ in 0..<Limits.requestsInFlight { arrivals.answer(at: now) }
        }
        // A clock that was set back meanwhile makes no pause longer.
        let setBack = memory.lastDeparture.map { max(.zero, $0 - now) } ?? .zero
        pause = memory.throttledUntil.map { (min($0 - setBack, now + QuotaLedger.window), .throttled) }
    }

    package var memory: Memory {
        Memory(
            ledger: ledger, observation: reserve.memory, lastDeparture: pacer.lastDeparture,
            throttledUntil: pause.flatMap { $0.reason == .throttled ? $0.until : nil }, lookedAt: reserve.lookedAt)
    }

    /// The day's limit in force: the configured one, else what the API said, else unknown.
    package func dailyLimit(at now: Instant) -> Int? {
        if let configured = terms.dailyLimit { return configured }
        // What was said a day ago may have been a slip, and holds no longer than the day it was said of.
        guard let limitExpiry, limitExpiry > now else { return nil }
        return reserve.observation?.limit
    }

    private var limitExpiry: Instant? {
        terms.dailyLimit == nil ? reserve.observation.map { $0.observedAt + QuotaLedger.window } : nil
    }

    /// Own requests allowed in any rolling 24 hours; nil while the limit is unknown.
    package func allowance(at now: Instant) -> Int? {
        dailyLimit(at: now).map { Int((Double($0) * terms.quotaShare).rounded(.down)) }
    }

    package func used(at now: Instant) -> Int { ledger.used(at: now) }

    package func usedBesidePolls(at now: Instant) -> Int { ledger.used(at: now) { $0 != .poll } }

    /// Own requests allowed in any rolling 24 hours for what is not a poll: what polls leave, and never less than a tenth,
    /// so that deletes are found on the smallest plan as well.
    package func allowanceBesidePolls(at now: Instant) -> Int? {
        allowance(at: now).map { max(Int(Double($0) - terms.pollsPerDay.rounded(.up)), $0 / 10) }
    }

    /// Asks for one request. A granted one counts at once and is in flight until `settle`.
    package mutating func request(_ purpose: RequestPurpose, at now: Instant) -> Grant {
        if inFlight >= Limits.requestsInFlight { return .wait(until: nil, .inFlight) }
        if let pause, pause.until > now { return .wait(until: pause.until, pause.reason) }
        if let allowance = allowance(at: now), ledger.used(at: now) >= allowance {
            return .wait(until: ledger.nextRelief(at: now) ?? limitExpiry, .share)
        }
        if purpose != .poll, let allowance = allowanceBesidePolls(at: now),
            usedBesidePolls(at: now) >= allowance
        {
            return .wait(until: ledger.nextRelief(at: now) ?? limitExpiry, .leftToPolls)
        }
        if isLooking { return .wait(until: nil, .reserve) }
        let verdict = reserve.verdict(at: now)
        if case .closed(let until) = verdict { return .wait(until: until, .reserve) }
        guard let opens = arrivals.opens(at: now, inFlight: inFlight) else { return .wait(until: nil, .spacing) }
        let earliest = max(opens, pacer.earliestDeparture(at: now))
        if earliest > now { return .wait(until: earliest, .spacing) }

        if verdict == .look {
            reserve.looked(at: now)
            isLooking = true
        }
        pacer.depart(at: now)
        ledger.count(purpose, at: now)
        reserve.sent()
        inFlight += 1
        return .granted
    }

    /// Takes the answer to a granted request.
    ///
    /// - Parameter jitter: 0..<1, spreads returns out.
    package mutating func settle(_ result: APIResult, at now: Instant, jitter: Double) {
        inFlight -= 1
        isLooking = false
        arrivals.answer(at: now)
        guard case .success(let response) = result else { return }
        if let limit = response.dailyLimit, let remaining = response.dailyRemaining, limit > 0 {
            reserve.learn(limit: limit, remaining: remaining, stillInFlight: inFlight, at: now)
        }
        switch response.status {
        case 429:
            // Those in flight beside the first that was refused tell nothing new.
            if !isPaused(at: now) { throttlesInARow += 1 }
            pauseUntil(now + throttleWait(after: response, jitter: jitter), .throttled)
        case 401 where lastSuccess.map({ now - $0 < Limits.refusalBackoff.longest }) ?? false:
            // The key works: what is refused is one resource, or a path that does not exist.
            break
        case 401:
            if !isPaused(at: now) { refusalsInARow += 1 }
            pauseUntil(now + Limits.refusalBackoff.wait(afterFailures: refusalsInARow, jitter: jitter), .unauthorized)
        case 200...299:
            lastSuccess = now
            throttlesInARow = 0
            refusalsInARow = 0
        default:
            break
        }
    }

    /// A granted request left later than it was granted.
    package mutating func departed(at now: Instant) {
        pacer.depart(at: now)
    }

    /// A granted request that never left gives its place in flight back; it stays counted.
    package mutating func abandon() {
        inFlight -= 1
        isLooking = false
        reserve.unsent()
    }

    /// The whole instance waits as long as it was told to. One more second, as other clients of this API found they
    /// need, and some chance so that several daemons do not return together.
    private func throttleWait(after response: APIResponse, jitter: Double) -> Duration {
        let backoff = Limits.throttleBackoff.wait(afterFailures: throttlesInARow, jitter: jitter)
        guard let told = response.retryAfter else { return backoff }
        let wait = min(told, QuotaLedger.window) + .milliseconds(Int64(250 + 750 * jitter))
        // An API that goes on refusing after the time it named does not mean what it says.
        return throttlesInARow > 2 ? max(wait, backoff) : wait
    }

    /// Whether everything waits because the API said so.
    package func isPaused(at now: Instant) -> Bool { pause.map { $0.until > now } ?? false }

    private mutating func pauseUntil(_ until: Instant, _ reason: Reason) {
        if let pause, pause.until > until { return }
        pause = (until, reason)
    }
}
