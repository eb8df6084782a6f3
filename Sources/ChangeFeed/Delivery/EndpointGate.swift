// How many attempts to one endpoint may begin now, and for what.

/// One endpoint's door: at most so many attempts in flight, no faster than its cap, none while its receiver asked for rest,
/// or fails.
package struct EndpointGate: Sendable {
    private var concurrency: Int
    private var pacer: EvenPacer?
    /// Of an attempt, whether there is a cap or not.
    private var lastDeparture: Instant?
    package private(set) var heldUntil: Instant?
    /// Whether each attempt was likely to succeed when it began.
    private var attempts: [Int64: Bool] = [:]
    package private(set) var health: EndpointHealth
    private var turns = DeliveryTurns()
    private var replays = ReplayLane()
    private var shortage = OwnShortage()

    /// - Parameter requestsPerSecond: nil for no cap. The cap is on departures: receivers promise nothing about arrivals.
    package init(
        concurrency: Int, requestsPerSecond: Double?, heldUntil: Instant? = nil,
        health: EndpointHealth = EndpointHealth()
    ) {
        self.concurrency = concurrency
        self.heldUntil = heldUntil
        self.health = health
        pacer = requestsPerSecond.map { EvenPacer(requestsPerSecond: $0, margin: .zero) }
    }

    /// Lets through as many, and as fast, as another configuration says. What is in flight stays so.
    mutating func adopt(concurrency: Int, requestsPerSecond: Double?, at now: Instant) {
        self.concurrency = concurrency
        // One that was promised for later, by a lower cap, does not hold up those of a higher one.
        let last = lastDeparture.map { min($0, now) }
        pacer = requestsPerSecond.map { EvenPacer(requestsPerSecond: $0, margin: .zero, lastDeparture: last) }
    }

    /// Another receiver stands behind the door: what the former one did tells nothing of it.
    mutating func turn(to health: EndpointHealth, heldUntil: Instant?) {
        self.health = health
        self.heldUntil = heldUntil
        replays = ReplayLane()
        turns = DeliveryTurns()
    }

    package var inFlight: Int { attempts.count }

    func isInFlight(_ delivery: Int64) -> Bool { attempts[delivery] != nil }

    /// Whether nothing but the number of places keeps attempts back.
    func isWideOpen(at now: Instant) -> Bool {
        health.circuit == .closed && health.disabled == nil && shortage.until == nil && opensForLikely(at: now) <= now
    }

    /// When the next attempt may begin that may well fail; nil while all places are taken, or none is to be had.
    func opens(at now: Instant) -> Instant? {
        guard inFlight < health.allowed(concurrency: concurrency) else { return nil }
        return max(opensForLikely(at: now), health.closedUntil ?? now)
    }

    private func opensForLikely(at now: Instant) -> Instant {
        max(
            pacer?.earliestDeparture(at: now) ?? now, heldUntil ?? now,
            shortage.opens(inFlight: inFlight, at: now))
    }

    /// What may be taken from the queue at this very moment.
    ///
    /// An event of a type that has not failed is let through even where the circuit is open: as far as anybody knows,
    /// it is others that the receiver does not take. It finds that out by itself, one at a time.
    func admission(at now: Instant) -> Admission {
        let allowed = shortage.allowed(of: health.allowed(concurrency: concurrency), at: now)
        guard allowed > 0, opensForLikely(at: now) <= now else { return Admission(total: 0, unlikely: 0) }
        let likely = attempts.values.count { $0 }
        let (total, unlikely): (Int, Int)
        if let until = health.closedUntil {
            (total, unlikely) = (likely == 0 ? 1 : 0, inFlight == 0 && now >= until ? 1 : 0)
        } else {
            total = max(0, allowed - inFlight)
            unlikely = min(total, max(0, max(1, allowed / 2) - (inFlight - likely)))
        }
        return Admission(
            total: pacer == nil ? total : min(total, 1), unlikely: pacer == nil ? unlikely : min(unlikely, 1),
            failingTypes: health.failingTypes, prefersLikely: health.circuit != .closed,
            isLikelysTurn: turns.isOfLikely(at: now),
            // What was never tried tells most of the receiver, but where some of it failed, the events may be why.
            isUntriedsTurn: health.awaitsFirstProbe || turns.isOfUntried, turns: turns)
    }

    /// When to look into the queue again, of which nothing more may be taken now; nil where that is when an attempt in
    /// flight has ended, or something new has come.
    func looksAgain(at queue: WaitingQueue, at now: Instant) -> Instant? {
        guard let opens = opens(at: now) else { return nil }
        // What is due and may be sent, and was not taken, waits for an attempt in flight to end.
        return queue.isDue && opens > now ? opens : queue.next.map { max($0, opens) }
    }

    mutating func enter(_ delivery: DeliveryTraits, at now: Instant) {
        let lane = DeliveryTurns.Lane(
            of: delivery.type, wasTried: delivery.failedBefore, failingTypes: health.failingTypes)
        attempts[delivery.id] = lane == .likely
        if !delivery.isReplay { turns.began(lane, isFirstProbe: health.awaitsFirstProbe) }
        pacer?.depart(at: now)
        lastDeparture = now
    }

    mutating func leave(_ delivery: Int64) {
        attempts[delivery] = nil
    }

    /// Takes what came of an attempt that began at `start`.
    ///
    /// - Parameter jitter: 0..<1.
    mutating func took(
        _ outcome: AttemptOutcome, of delivery: DeliveryTraits, begun start: Instant, at now: Instant,
        jitter: Double = 0
    ) {
        // Where there are more places, what may well fail has never all of them.
        if shortage.allowed(of: concurrency, at: now) == 1, attempts[delivery.id] == false {
            turns.kept(others: now - start, until: now)
        }
        if !outcome.tellsNothing, shortage.isOver(for: start, at: now) { shortage = OwnShortage() }
        if delivery.isReplay { replays.ended(isSuccess: outcome.isSuccess, at: now, jitter: jitter) }
        if !delivery.isReplay || outcome.isSuccess || outcome.disables {
            health.take(outcome, of: delivery, concurrency: concurrency, begun: start, at: now)
        }
    }

    /// An attempt, which has left, was not made because this process or machine lacks what it takes. No more than are in
    /// flight without it are for a while. All endpoints wait, each by itself.
    ///
    /// - Parameter jitter: 0..<1.
    mutating func lacked(at now: Instant, jitter: Double) {
        shortage.lacked(beside: inFlight, at: now, jitter: jitter)
    }

    /// Whether something was lacking of late.
    var isShort: Bool { shortage.until != nil }

    /// An attempt in flight has to make its request once more, and is told when: at the pace of all others.
    mutating func repeats(at now: Instant) -> Instant {
        let departure = pacer?.earliestDeparture(at: now) ?? now
        pacer?.depart(at: departure)
        lastDeparture = departure
        return departure
    }

    /// When the next replay may begin, if there is room.
    var replaysOpen: Instant { replays.opensAt }

    mutating func beganReplay(spacing: Duration, at now: Instant) {
        replays.began(spacing: spacing, at: now)
    }

    /// Somebody says that the receiver is well again. How much it takes remains to be seen.
    mutating func resume() {
        health = .resumed
        replays = ReplayLane()
        heldUntil = nil
    }

    mutating func hold(until: Instant) {
        heldUntil = max(heldUntil ?? until, until)
    }
}
