// The delivering to one endpoint as a machine: what is taken from the queue, what is sent, and what is recorded, in which order.

/// Sends what is due to one endpoint, as far as its gate allows, and has recorded what came of it.
///
/// An outcome is recorded before its delivery could be due again, with whatever else ended meanwhile. Attempts of other
/// records need not wait for that.
package struct EndpointMachine: Machine {
    private enum Phase: Sendable {
        case running
        case stopping(since: Instant)
    }

    package private(set) var gate: EndpointGate
    package private(set) var alarm: Instant?
    private var terms: Terms
    private var phase = Phase.running
    private var store = StoreTurn<Verb>()
    private var queue = QueueKnowledge.unknown
    private var claimed = ClaimedDeliveries()
    private var unsettled = UnsettledAttempts()
    /// As the store has it.
    private var storedHealth: EndpointHealth
    private var isToResume = false
    private var planChange = PlanChange<Plan>()
    private var settledLast = false
    private var pending: [Effect] = []
    package static let wake = Input.wake

    /// - Parameters:
    ///   - heldUntil: no attempt before then, for the receiver asked for rest.
    ///   - health: as the store has it.
    package init(_ terms: Terms, heldUntil: Instant? = nil, health: EndpointHealth = EndpointHealth()) {
        self.terms = terms
        gate = EndpointGate(
            concurrency: terms.concurrency, requestsPerSecond: terms.requestsPerSecond, heldUntil: heldUntil,
            health: health)
        storedHealth = health
    }

    private var isStopping: Bool { if case .stopping = phase { true } else { false } }
    package var isDone: Bool { isStopping && gate.inFlight == 0 && unsettled.reports.isEmpty && store.verb == nil }

    package mutating func take(_ input: Input, at now: Instant, chance: inout some RandomNumberGenerator) {
        switch input {
        case .wake:
            if let alarm, alarm <= now { self.alarm = nil }
            queue = .unknown
            giveUpStore(at: now)
        case .ended(let attempt, let bytes, let outcome):
            queue = .unknown
            ended(attempt, bytes: bytes, outcome, at: now, chance: &chance)
        case .asksToRepeat(let attempt): pending.append(.mayRepeat(attempt, at: gate.repeats(at: now)))
        case .resume: isToResume = true
        case .plan(let plan): planChange.wanted(plan)
        case .stop: stop(at: now)
        case .stored(let answer, let question): took(answer, to: question, at: now)
        case .storeFailed(let reason, let question): storeFailed(question, reason, at: now, chance: &chance)
        }
    }

    package mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [Effect] {
        fillPlaces(at: now)
        if store.isFree(at: now), let verb = nextVerb(at: now) {
            pending.append(.store(verb, question: store.ask(verb, at: now)))
        }
        if isStopping || store.restsUntil != nil { alarm = store.restsUntil ?? givesUpStore }
        if !isStopping { alarm = planChange.alarm(before: alarm, at: now) }
        defer { pending = [] }
        return pending
    }
}

// MARK: - Attempts

extension EndpointMachine {
    private mutating func ended(
        _ attempt: Attempt, bytes: Int, _ outcome: AttemptOutcome, at now: Instant,
        chance: inout some RandomNumberGenerator
    ) {
        let delivery = attempt.delivery
        precondition(gate.isInFlight(delivery.id), "an attempt ended that had not begun")
        let isShort = gate.isShort
        if outcome.failure == .shortage { pending.append(.tell(.shortage(outcome.detail))) }
        guard !outcome.tellsNothing else {
            // If it had any effect, it is sent again all the same, with the same id and bytes: by the next process where this
            // one is told to stop, and else as soon as there is what it takes.
            pending.append(.putBack([delivery.id]))
            gate.leave(delivery.id)
            if outcome.failure == .shortage {
                gate.lacked(at: now, jitter: .random(in: 0..<1, using: &chance))
            } else {
                pending.append(.tell(.attempted(attempt, bytes: bytes, outcome)))
            }
            return
        }
        pending.append(.tell(.attempted(attempt, bytes: bytes, outcome)))
        let before = gate.health
        gate.took(
            outcome, of: delivery.traits, begun: attempt.startedAt, at: now,
            jitter: .random(in: 0..<1, using: &chance))
        gate.leave(delivery.id)
        if isShort, !gate.isShort { pending.append(.tell(.shortageIsOver)) }
        if gate.health != before { pending.append(.tell(.health(before: before, after: gate.health))) }
        let decision = terms.policy.decide(
            outcome, attempts: attempt.number - delivery.attemptsBefore, health: gate.health, at: now,
            jitter: .random(in: 0..<1, using: &chance))
        if let hold = decision.holdEndpointUntil { gate.hold(until: hold) }
        if decision.disposition == .dead { pending.append(.tell(.gaveUp(attempt))) }
        unsettled.add(
            AttemptReport(
                deliveryID: delivery.id, number: attempt.number, startedAt: attempt.startedAt, outcome: outcome,
                disposition: decision.disposition), holdUntil: decision.holdEndpointUntil)
    }

    /// Begins what was claimed, as far as the gate allows by now. The rest is put back, unless it was taken ahead of need.
    private mutating func fillPlaces(at now: Instant) {
        guard !isStopping, store.failuresInARow == 0 else { return }
        guard !comesToRest(at: now) else { return putBackAhead() }
        while let next = claimed.first(admittedBy: gate, at: now), unsettled.hasRoom {
            claimed.begin()
            gate.enter(next.traits, at: now)
            if let spacing = next.replaySpacing { gate.beganReplay(spacing: spacing, at: now) }
            pending.append(.post(Attempt(next, startedAt: now)))
        }
        if !looksAhead(at: now) || !claimed.waitsForPlacesAlone(gate.health.failingTypes) { putBackAhead() }
    }

    private func looksAhead(at now: Instant) -> Bool {
        !terms.coalesces && terms.requestsPerSecond == nil && gate.isWideOpen(at: now)
    }

    private mutating func putBackAhead() {
        guard !claimed.ready.isEmpty else { return }
        pending.append(.putBack(claimed.takeBack()))
        queue = .unknown
    }
}

// MARK: - The store

extension EndpointMachine {
    private mutating func nextVerb(at now: Instant) -> Verb? {
        // Where places would stay empty, what is to be sent next goes before the record of what was.
        let isPressing = settledLast && store.failuresInARow == 0 && claimed.lookahead.deliveries > 0
        if isPressing, let claim = nextClaim(at: now) { return claim }
        if !unsettled.reports.isEmpty { return settle(at: now) }
        if isToResume { return resume() }
        if isStopping { return nil }
        if !claimed.unreadable.isEmpty { return .giveUp(claimed.unreadable, at: now) }
        if let plan = planChange.next(at: now) {
            if gate.inFlight == 0 || !comesToRest(at: now) { return .adopt(plan, at: now) }
            return nil
        }
        if let claim = nextClaim(at: now) { return claim }
        return nextLook(at: now)
    }

    private mutating func settle(at now: Instant) -> Verb {
        let (reports, hold) = unsettled.takeAll()
        settledLast = true
        // Most attempts succeed, and change nothing that is kept.
        let health = gate.health.memory
        return .settle(reports, holdUntil: hold, health: health == storedHealth ? nil : health, at: now)
    }

    /// What attempts tell from now on comes after the resumption, and outlasts it.
    private mutating func resume() -> Verb {
        isToResume = false
        gate.resume()
        queue = .unknown
        return .resume
    }

    private mutating func nextClaim(at now: Instant) -> Verb? {
        guard !isStopping, !comesToRest(at: now), case .unknown = queue, unsettled.hasRoom else { return nil }
        var admission = gate.admission(at: now)
        if !looksAhead(at: now) { claimed.stopLookingAhead() }
        let (ahead, wanted) = (claimed.ready.count, claimed.lookahead.deliveries)
        if wanted == 0 {
            guard admission.total > 0, ahead == 0 else { return nil }
        } else {
            guard 2 * ahead < wanted else { return nil }
            admission.total += wanted - ahead
        }
        (settledLast, queue) = (false, .beingClaimed)
        return .claim(
            admission, admittingReplays: wanted == 0 && gate.replaysOpen <= now, at: now)
    }

    /// When to be woken, of a queue of which nothing more may be taken now.
    private mutating func nextLook(at now: Instant) -> Verb? {
        let moment: Instant
        switch queue {
        case .known, .beingClaimed: return nil
        case .exhausted(let at): moment = at
        case .unknown: moment = now
        }
        queue = .known
        alarm = nil
        // What waits for a place is looked for when there is one.
        guard claimed.ready.isEmpty, gate.opens(at: moment) != nil else { return nil }
        return .look(replaysOpen: gate.replaysOpen, at: moment)
    }

    private mutating func took(_ answer: Answer, to question: Int, at now: Instant) {
        guard let verb = store.answered(question) else {
            // The claim was given up, and made all the same.
            if case .claimed(let due) = answer, !due.isEmpty { pending.append(.putBack(due.map(\.id))) }
            return
        }
        switch (verb, answer) {
        case (.settle(_, _, let health, _), .done):
            storedHealth = health ?? storedHealth
            // The next of their records may go now.
            queue = .unknown
        case (.resume, .done):
            storedHealth = EndpointHealth.resumed.memory
            pending.append(.tell(.resumed))
        case (.claim(let admission, _, let moment), .claimed(let due)):
            if case .beingClaimed = queue { queue = due.count < admission.total ? .exhausted(moment) : .unknown }
            claimed.add(due, of: admission.total, concurrency: terms.concurrency, at: now)
        case (.giveUp(let deliveries, _), .gaveUp(let dead)): gaveUp(deliveries, dead)
        case (.look(_, let moment), .waiting(let waiting)):
            // By the moment of the look: what became due since then is due at the alarm, or after it.
            if case .known = queue { alarm = gate.looksAgain(at: waiting, at: moment) }
        case (.adopt(let plan, _), .adopted(let adoption)): adopted(plan, adoption, at: now)
        case (.settle, _), (.resume, _), (.giveUp, _), (.claim, _), (.look, _), (.adopt, _):
            preconditionFailure("the store answered another question than it was asked")
        }
    }

    private mutating func gaveUp(_ deliveries: [DueDelivery], _ dead: [Int64]) {
        claimed.gaveUpUnreadable(deliveries.count)
        queue = .unknown
        let waiting = deliveries.filter { !dead.contains($0.id) }
        pending += deliveries.filter { dead.contains($0.id) }.map { .tell(.gaveUpUnreadable($0)) }
        if !waiting.isEmpty { pending.append(.tell(.lacksDictionary(waiting))) }
    }

    /// What cannot be recorded is kept and tried again: an outcome forgotten would be a webhook sent once more.
    private mutating func storeFailed(
        _ question: Int, _ reason: String, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        guard let verb = store.failed(question) else { return }
        if store.failuresInARow == 1 { pending.append(.tell(.storeFailed(reason: reason))) }
        queue = .unknown
        // What was taken ahead must not keep the store from being asked again.
        putBackAhead()
        if case .resume = verb { isToResume = true }
        if case .settle(let reports, let hold, _, _) = verb { unsettled.takeBack(reports, holdUntil: hold) }
        if isStopping, store.failuresInARow > 1 { unsettled = UnsettledAttempts() }
        let jitter = Double.random(in: 0..<1, using: &chance)
        // Events go on as the plan before says.
        if case .adopt = verb { return planChange.failed(at: now, jitter: jitter) }
        store.rest(until: now + Limits.failureBackoff.wait(afterFailures: store.failuresInARow, jitter: jitter))
    }
}

// MARK: - Another plan

extension EndpointMachine {
    /// Whether nothing is begun until what is in flight has ended, for a plan that needs that.
    private func comesToRest(at now: Instant) -> Bool {
        planChange.next(at: now)?.terms.needRest(after: terms) ?? false
    }

    private mutating func adopted(_ plan: Plan, _ adoption: Adoption, at now: Instant) {
        planChange.adopted(plan)
        terms = plan.terms
        gate.adopt(concurrency: terms.concurrency, requestsPerSecond: terms.requestsPerSecond, at: now)
        storedHealth = adoption.health.memory
        if adoption.hasNewTarget { gate.turn(to: adoption.health, heldUntil: adoption.heldUntil) }
        queue = .unknown
        pending += [.goBy(plan), .tell(.planned(hasNewTarget: adoption.hasNewTarget))]
    }
}

// MARK: - The end

extension EndpointMachine {
    private mutating func stop(at now: Instant) {
        guard !isStopping else { return }
        phase = .stopping(since: now)
        putBackAhead()
        // What begins something new is not waited for; nor is a store left alone any longer.
        if store.verb?.outlastsStop == false { _ = store.giveUp() }
        store.endRest()
    }

    /// When what is under way in the store is not waited for any longer.
    private var givesUpStore: Instant? {
        guard case .stopping(let since) = phase, let asked = store.busySince else { return nil }
        return max(since + Limits.storeMayAnswer, asked + Limits.lateRecordMayTake)
    }

    private mutating func giveUpStore(at now: Instant) {
        guard let limit = givesUpStore, now >= limit, store.giveUp() != nil else { return }
        unsettled = UnsettledAttempts()
    }
}
