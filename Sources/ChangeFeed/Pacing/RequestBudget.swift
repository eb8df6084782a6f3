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

        package init(requestsPerSecond: Double, quotaShare: Double, dailyLimit: Int? = nil) {
            self.requestsPerSecond = requestsPerSecond
            self.quotaShare = quotaShare
            self.dailyLimit = dailyLimit
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
        /// For who looks.
        package var health = APIHealth()

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
        case leftToOthers = "what this daemon's share would leave is used by others of the instance"
        case spread = "requests are spread over the day"
        case reserve = "the instance has almost none of its day's quota left"
        case throttled = "the API asked for a pause (429)"
        case dayUsedUp = "the instance's quota of the day is used up (429)"
        case failing = "the API answers with errors only (5xx)"
        case unauthorized = "the API refused the API key (401)"
    }

    package enum Grant: Sendable, Equatable {
        case granted
        /// `until` is nil when only an answer can change things.
        case wait(until: Instant?, Reason)
    }

    package private(set) var terms: Terms
    /// Requests a day that polls need; others do not take what is left for them.
    package var pollsPerDay = 0.0
    /// Of these, first ones of a poll.
    package var pollsBegunPerDay = 0.0
    package private(set) var inFlight = 0
    private var pacer: EvenPacer
    private var arrivals: ArrivalWindow
    private(set) var ledger: QuotaLedger
    private(set) var reserve: QuotaReserve
    private var othersUse = OthersUse()
    /// Of all requests, and of those that are no polls; nil while the day's limit is unknown.
    private var flows: (all: RequestFlow, besidePolls: RequestFlow)?
    private var pauses = InstancePause()
    private var isLooking = false
    /// What was wrong with the last quota headers; nil: nothing.
    package private(set) var quotaTrouble: QuotaTrouble?

    /// - Parameter memory: what the process before this one left. A departure it made in the future is a clock that was
    ///   wrong, and is taken for now; no pause is longer than an hour.
    package init(terms: Terms, memory: Memory = Memory(), at now: Instant) {
        self.terms = terms
        ledger = memory.ledger
        reserve = QuotaReserve(
            observation: memory.observation.map { observation in
                var observation = observation
                observation.observedAt = min(observation.observedAt, now)
                return observation
            },
            lookedAt: memory.lookedAt.map { min($0, now) })
        pacer = EvenPacer(
            requestsPerSecond: terms.requestsPerSecond, margin: Limits.arrivalMargin,
            lastDeparture: memory.lastDeparture.map { min($0, now) })
        arrivals = ArrivalWindow(requestsPerSecond: terms.requestsPerSecond)
        // What the process before this one had in flight may have arrived up to this moment, or arrive even later.
        if let last = memory.lastDeparture, now - last < Limits.requestsMayArriveWithin {
            arrivals.expect(Limits.requestsInFlight, until: max(now, min(last, now) + Limits.orphansArriveWithin))
        }
        // A clock that was set back meanwhile makes no pause longer.
        let setBack = memory.lastDeparture.map { max(.zero, $0 - now) } ?? .zero
        let longest = now + Limits.longestPause + .seconds(1)
        pauses.takeUp(
            until: memory.throttledUntil.map { min($0 - setBack, longest) },
            cause: memory.health.pause?.cause ?? .throttled)
    }

    package var memory: Memory {
        var memory = Memory(
            ledger: ledger, observation: reserve.memory, lastDeparture: pacer.lastDeparture,
            throttledUntil: pauses.memory, lookedAt: reserve.lookedAt)
        memory.health.pause = pauses.pause.map { APIHealth.Pause(until: $0.until, cause: $0.cause) }
        memory.health.quotaTrouble = quotaTrouble
        return memory
    }

    /// Adds up what counts of the day: cheaper than at each look, where more than one comes at this time.
    mutating func refresh(at now: Instant) { ledger.refresh(at: now) }

    /// Asks for one request. A granted one counts at once and is in flight until `settle`.
    ///
    /// - Parameter pagesBefore: of the same poll; others' first pages do not wait for its further ones.
    package mutating func request(_ purpose: RequestPurpose, pagesBefore: Int = 0, at now: Instant) -> Grant {
        ledger.refresh(at: now)
        if inFlight >= Limits.requestsInFlight { return .wait(until: nil, .inFlight) }
        if let wait = pauses.wait(at: now, inFlight: inFlight) { return wait }
        // What the instance has left is the graver reason, and the one to tell of.
        let verdict = reserve.verdict(at: now)
        if case .closed(let until) = verdict { return .wait(until: until, .reserve) }
        if let wait = waitForShare(purpose, pagesBefore, at: now) { return wait }
        if isLooking { return .wait(until: nil, .reserve) }
        guard let opens = arrivals.opens(at: now, inFlight: inFlight) else { return .wait(until: nil, .spacing) }
        let earliest = max(opens, pacer.earliestDeparture(at: now))
        if earliest > now { return .wait(until: earliest, .spacing) }

        if verdict == .look {
            reserve.looked(at: now)
            isLooking = true
        }
        takeFromFlows(purpose, at: now)
        pacer.depart(at: now)
        ledger.count(purpose, at: now)
        reserve.sent()
        inFlight += 1
        return .granted
    }

    /// Whether half of what may be spent at once is spent, by all requests or by those that are no polls. Known from the
    /// first request of the process on.
    package func hasSpentHalfAtOnce(at now: Instant, besidePolls: Bool) -> Bool {
        guard let flows, let terms = flowTerms(at: now) else { return false }
        return besidePolls
            ? flows.besidePolls.level(at: now, terms.besidePolls) < terms.besidePolls.capacity / 2
            : flows.all.level(at: now, terms.all) < terms.all.capacity / 2
    }

    /// Why the day has no room for it now.
    private mutating func waitForShare(_ purpose: RequestPurpose, _ pagesBefore: Int, at now: Instant) -> Grant? {
        guard let share = share(at: now), let besides = allowanceBesidePolls(at: now), let terms = flowTerms(at: now)
        else { return nil }
        let limitExpiry = reserve.observation.map { $0.observedAt + QuotaLedger.window }
        let relief = ledger.nextRelief(at: now) ?? (self.terms.dailyLimit == nil ? limitExpiry : nil)
        if used(at: now) >= share { return .wait(until: relief, .share) }
        if pagesBefore >= Limits.pagesBeforeYielding, used(at: now) + keptForFirstPages(at: now) >= share {
            return .wait(until: relief, .spread)
        }
        // Once an hour a request finds out whether others have stopped.
        let look = pacer.lastDeparture.map { $0 + .hours(1) } ?? now
        if look > now, let allowance = allowance(at: now), used(at: now) >= allowance {
            return .wait(until: min(look, relief ?? look), .leftToOthers)
        }
        if purpose != .poll, usedBesidePolls(at: now) >= besides { return .wait(until: relief, .leftToPolls) }
        let flows =
            flows ?? (
                RequestFlow(after: ledger.requests(at: now) { _ in true }, terms.all, at: now),
                RequestFlow(after: ledger.requests(at: now) { $0 != .poll }, terms.besidePolls, at: now)
            )
        self.flows = flows
        let leaving = purpose != .poll ? terms.all.capacity / 4 : pagesBefore > 0 ? 1 : 0
        var opens = flows.all.opens(at: now, terms.all, leaving: leaving)
        if purpose != .poll { opens = max(opens, flows.besidePolls.opens(at: now, terms.besidePolls)) }
        return opens > now ? .wait(until: opens, .spread) : nil
    }

    private mutating func takeFromFlows(_ purpose: RequestPurpose, at now: Instant) {
        guard let terms = flowTerms(at: now) else { return }
        flows?.all.take(at: now, terms.all)
        if purpose != .poll { flows?.besidePolls.take(at: now, terms.besidePolls) }
    }

    private func flowTerms(at now: Instant) -> (all: RequestFlow.Terms, besidePolls: RequestFlow.Terms)? {
        guard let allowance = allowance(at: now), let besides = allowanceBesidePolls(at: now) else { return nil }
        let atOnce = Double(allowance) / Double(Limits.sharesAtOnce)
        let planned = pollsPerDay + Double(besides)
        return (
            RequestFlow.Terms(perDay: Double(allowance), planned: planned, atOnce: atOnce),
            RequestFlow.Terms(perDay: Double(besides), atOnce: atOnce)
        )
    }

    /// Takes the answer to a granted request.
    ///
    /// - Parameters:
    ///   - resource: whose request it was; nil: none's, and nothing is read from it but the quota and a pause that is asked
    ///     for.
    ///   - jitter: 0..<1, spreads returns out.
    package mutating func settle(
        _ result: APIResult, of resource: ResourceName?, at now: Instant, jitter: Double
    ) {
        inFlight -= 1
        isLooking = false
        arrivals.answer(at: now)
        othersUse.answered()
        guard case .success(let response) = result else { return }
        learnQuota(of: response, at: now)
        let remaining = reserve.isFresh(at: now) ? reserve.observation?.remaining : nil
        if let resource {
            pauses.take(response, of: resource, remaining: remaining, at: now, jitter: jitter)
        } else if response.status == 429 {
            pauses.take(response, of: ResourceName(""), remaining: remaining, at: now, jitter: jitter)
        }
    }

    /// A granted request was answered that was made for another API, or by another key: what it says is of no account.
    mutating func settleOfAnotherAPI(at now: Instant) {
        inFlight -= 1
        isLooking = false
        arrivals.answer(at: now)
        othersUse.answered()
    }

    private mutating func learnQuota(of response: APIResponse, at now: Instant) {
        let reading = QuotaReading(response)
        // An error page of something in between says nothing, and ends nothing.
        if reading.trouble != nil || response.dailyLimit != nil { quotaTrouble = reading.trouble }
        let known = reserve.observation?.limit ?? terms.dailyLimit
        switch reading.outcome(known: known, isFresh: reserve.isFresh(at: now), used: used(at: now)) {
        case .said(let limit, let remaining)?:
            let others = othersUse.observe(remaining: remaining, before: reserve.observation?.remaining)
            if others > 0 { ledger.count(others: others, at: now) }
            reserve.learn(limit: limit, remaining: remaining, stillInFlight: inFlight, at: now)
        case .reckoned(let limit, let remaining)?:
            reserve.reckon(limit: limit, remaining: remaining, stillInFlight: inFlight, at: now)
        case nil:
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

    /// Goes by other limits from now on. What was sent counts against them.
    mutating func adopt(_ terms: Terms) {
        guard terms != self.terms else { return }
        self.terms = terms
        pacer = EvenPacer(
            requestsPerSecond: terms.requestsPerSecond, margin: Limits.arrivalMargin, lastDeparture: pacer.lastDeparture
        )
        arrivals = ArrivalWindow(requestsPerSecond: terms.requestsPerSecond, after: arrivals)
    }

    /// The operator says that the pause is over. The limits hold all the same.
    package mutating func resume() { pauses.end() }

    /// Whether nothing was answered well since the last pause began.
    package var isTrying: Bool { pauses.isTrying }

    /// Whether everything waits because the API said so.
    package func isPaused(at now: Instant) -> Bool { pauses.isPaused(at: now) }
}
