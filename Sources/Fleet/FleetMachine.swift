// Who leads which account, as far as one daemon can tell: its leases, and what it does to have its even part of them.

import ChangeFeed

/// One daemon among those that share a store.
///
/// Whether a lease is over, the store decides, by its own clock. A daemon counts on its own clock from *before* a
/// renewal was sent, so that its lease always ends earlier for itself than for all others (`LeaseTerms.margin`). One
/// renewal renews all leases, so all end together (`end`). From then on everything rests, until a renewal came back: a
/// process that was stopped wakes up resting, whatever it is told first.
package struct FleetMachine: Machine {
    private enum Phase: Sendable {
        case sharing
        case leaving
        case left
    }

    package let id: DaemonID
    package private(set) var alarm: Instant?
    private let terms: LeaseTerms
    private var phase = Phase.sharing
    private var plan: Set<String> = []
    /// Whether the store knows the plan.
    private var isEnrolled = false
    private var leases = LeaseTable()
    /// When all leases end by the daemon's own reckoning; nil: nothing may be begun.
    private var end: Instant?
    /// Whether the store has to answer before leases are renewed again. Renewals that it carries out, and whose answers
    /// come too late, would keep for good what rests here.
    private var knocksFirst = false
    private var renewsAt = Instant.distantPast
    private var looksAt = Instant.distantPast
    private var givesBackAt = Instant.distantPast
    private var takeOver = TakeOver()
    private var givenBack = GivenBack()
    private var store = StoreTurn<Verb>()
    private var latest = Instant.distantPast
    private var pending: [Effect] = []
    package static let wake = Input.wake

    package init(id: DaemonID, terms: LeaseTerms = .standard) {
        self.id = id
        self.terms = terms
    }

    package var isDone: Bool { phase == .left && leases.workingCount == 0 }

    /// What it leads, and since when; it may rest all the same.
    package var led: [(lease: Lease, since: Instant)] { leases.led }

    package mutating func take(_ input: Input, at now: Instant, chance: inout some RandomNumberGenerator) {
        precondition(now >= latest, "the steady clock went back: nobody knows any more when a lease ends")
        latest = now
        heedEnd(at: now)
        giveUpStore(at: now)
        switch input {
        case .wake: break
        case .plan(let plan): goBy(plan, at: now)
        case .ended(let account): leases.ended(account)
        case .stored(let answer, let question): stored(answer, to: question, at: now, chance: &chance)
        case .storeFailed(let failure, let question): storeFailed(failure, question, at: now, chance: &chance)
        case .stop: leave(at: now)
        }
    }

    package mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [Effect] {
        heedEnd(at: now)
        if phase == .leaving, end == nil, leases.workingCount == 0 { phase = .left }
        if phase != .left, store.isFree(at: now), let verb = nextVerb(at: now) {
            pending.append(.store(verb, question: store.ask(verb, at: now)))
        }
        alarm = nextAlarm(at: now)
        defer { pending = [] }
        return pending
    }

    private mutating func heedEnd(at now: Instant) {
        guard let end, end <= now else { return }
        self.end = nil
        knocksFirst = true
        isEnrolled = false
        takeOver = TakeOver()
        let led = leases.led
        pending += led.map { .rest($0.lease.account) }
        if !led.isEmpty { pending.append(.tell(.rests(accounts: led.count))) }
    }

    private mutating func goBy(_ plan: Set<String>, at now: Instant) {
        guard plan != self.plan else { return }
        self.plan = plan
        isEnrolled = false
        for (lease, _) in leases.led where !plan.contains(lease.account) { stop(lease.account) }
        (renewsAt, looksAt) = (now, now)
    }

    private mutating func leave(at now: Instant) {
        guard phase == .sharing else { return }
        phase = .leaving
        takeOver = TakeOver()
        // Others see at once that this one leads nothing any more.
        renewsAt = now
        for (lease, _) in leases.led { stop(lease.account) }
    }

    private mutating func stop(_ account: String) {
        leases.stop(account)
        pending.append(.stop(account))
    }
}

// MARK: - What is asked of the store

extension FleetMachine {
    private mutating func nextVerb(at now: Instant) -> Verb? {
        if phase == .leaving, leases.workingCount == 0 { return .leave }
        if renewsAt <= now { return knocksFirst ? .knock : .renew(planned: phase == .sharing ? plan.count : 0) }
        if leases.hasReturning, givesBackAt <= now {
            givesBackAt = now + terms.pauseAfterGiving
            return .giveBack(leases.returning)
        }
        guard phase == .sharing, end != nil else { return nil }
        if !isEnrolled { return .enroll(plan) }
        if let holder = takeOver.holders.first { return .endBackends(of: holder) }
        if !takeOver.isEmpty { return .take(takeOver.accounts) }
        return looksAt <= now ? .look(limit: terms.takenAtOnce(of: plan.count)) : nil
    }

    private func nextAlarm(at now: Instant) -> Instant? {
        if phase == .left { return nil }
        if let since = store.busySince { return [since + terms.patience, end].compactMap(\.self).min() }
        if let rest = store.restsUntil { return [rest, end].compactMap(\.self).min() }
        let look = phase == .sharing && end != nil ? looksAt : nil
        let giving = leases.hasReturning ? givesBackAt : nil
        return [renewsAt, look, giving, end].compactMap(\.self).min()
    }

    private mutating func giveUpStore(at now: Instant) {
        guard let since = store.busySince, since + terms.patience <= now, let verb = store.giveUp() else { return }
        cameToNothing(verb, at: now)
    }

    private mutating func storeFailed(
        _ failure: Failure, _ question: Int, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        guard let verb = store.failed(question) else { return }
        if store.failuresInARow == 1 { pending.append(.tell(.storeFailed(failure.reason))) }
        cameToNothing(verb, at: now)
        let jitter = Double.random(in: 0..<1, using: &chance)
        store.rest(until: now + terms.backoff.wait(afterFailures: store.failuresInARow, jitter: jitter))
    }

    /// Nobody knows whether it was carried out: a renewal tells what is held.
    private mutating func cameToNothing(_ verb: Verb, at now: Instant) {
        switch verb {
        case .take, .endBackends:
            takeOver = TakeOver()
            (renewsAt, looksAt) = (now, now)
        case .giveBack: renewsAt = now
        case .renew: knocksFirst = end == nil
        // It is asked for again, a leave until all leases are over by themselves.
        case .knock, .enroll, .look, .leave: break
        }
    }
}

// MARK: - What the store answers

extension FleetMachine {
    private mutating func stored(
        _ answer: Answer, to question: Int, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        guard let asked = store.busySince, let verb = store.answered(question) else { return }
        switch (verb, answer) {
        case (.renew, .renewed(let held)): renewed(held, asked: asked, at: now, chance: &chance)
        case (.knock, .done): knocksFirst = false
        case (.enroll(let enrolled), .done): isEnrolled = enrolled == plan
        case (.look, .seen(let sight)): saw(sight, at: now, chance: &chance)
        case (.take(let accounts), .taken(let won, let blocked, let former)):
            took(won, of: accounts, from: former, at: now)
            takeOver.wasAnswered(blocked: blocked, own: id)
            looksAt = now + terms.pauseAfterTaking.shortened(by: 0.5, &chance)
        case (.endBackends, .done): if !takeOver.holders.isEmpty { takeOver.endedFirstHolder() }
        case (.giveBack(let leases), .done): self.leases.gaveBack(leases)
        case (.leave, .done): phase = .left
        default: preconditionFailure("the store answered something else than it was asked: \(verb)")
        }
    }

    /// - Parameter asked: when the renewal was sent. The store carried it out later, so that the leases end later
    ///   there.
    private mutating func renewed(
        _ held: [Lease], asked: Instant, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        renewsAt = asked + terms.renewal.shortened(by: 0.2, &chance)
        let rested = end == nil
        let end = asked + terms.lease - terms.margin
        precondition(end > now, "a renewal was heard that is over")
        self.end = end
        let findings = leases.compare(with: held)
        pending += findings.lost.map { .lose($0) }
        // Behind what is lost: whatever waits for it goes on at that moment.
        pending.append(.beginUntil(end))
        if !findings.lost.isEmpty { pending.append(.tell(.lost(findings.lost))) }
        if rested, leases.ledCount > 0 {
            pending += leases.led.map { .goOn($0.lease.account) }
            pending.append(.tell(.goesOn(accounts: leases.ledCount)))
        }
        adopt(findings.unknown, at: now)
    }

    private mutating func took(
        _ won: [Lease], of accounts: [String], from former: [String: DaemonID], at now: Instant
    ) {
        precondition(end != nil, "accounts were won by a daemon whose leases are over")
        let asked = Set(accounts)
        for lease in won {
            precondition(asked.contains(lease.account), "\(lease.account) was won, and nobody asked for it")
        }
        adopt(won, from: former, at: now)
    }

    private mutating func adopt(_ won: [Lease], from former: [String: DaemonID] = [:], at now: Instant) {
        let led = won.filter { phase == .sharing && plan.contains($0.account) }
        let byHolder = Dictionary(grouping: led.map(\.account)) { former[$0].flatMap { $0 == id ? nil : $0 } }
        for (holder, accounts) in byHolder.sorted(by: { $0.value[0] < $1.value[0] }) {
            pending.append(.tell(.took(accounts.sorted(), from: holder)))
        }
        let ledNames = Set(led.map(\.account))
        for lease in won {
            guard ledNames.contains(lease.account) else {
                leases.giveBack(lease)
                continue
            }
            leases.lead(lease, since: now)
            pending.append(.lead(lease))
        }
    }
}

// MARK: - The even part

extension FleetMachine {
    private mutating func saw(_ sight: FleetSight, at now: Instant, chance: inout some RandomNumberGenerator) {
        let others = sight.daemons.filter { $0.id != id }
        givenBack.saw(others)
        let own = FairShare.Place(id: id, planned: plan.count, led: leases.ledCount)
        let share = FairShare(own, others: others.map(FairShare.Place.init))
        let pause = share.isBelow ? terms.hungryPause : terms.calmPause
        looksAt = now + pause.shortened(by: 0.2, &chance)
        guard phase == .sharing else { return }
        let free = sight.takeable.filter { plan.contains($0.account) && !leases.has($0.account) }
        let overdue = free.filter(\.isOverdue)
        let wanted = share.toTake(free: free.count, overdue: overdue.count)
        guard wanted == 0 else {
            // Daemons that look at the same time do not run for the same accounts, but for those that have waited
            // longest.
            let rest = free.filter { !$0.isOverdue }.inAnyOrder(&chance)
            let inTurn = overdue.inAnyOrder(&chance) + rest
            return takeOver = TakeOver(inTurn.prefix(wanted).map(\.account))
        }
        // What is on its way back is as good as free.
        give(share, free: sight.takeable.count + leases.goingCount, at: now, chance: &chance)
    }

    private mutating func give(
        _ share: FairShare, free: Int, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        let wanted = min(share.toGive(free: free), terms.givenAtOnce(of: leases.ledCount))
        guard wanted > 0 else { return }
        let settled = leases.led.filter { $0.since + terms.settling <= now }.map(\.lease.account)
        let givable = settled.filter { givenBack.allows($0, at: now) }
        let given = givable.inAnyOrder(&chance).prefix(wanted)
        if !given.isEmpty { pending.append(.tell(.gives(given.sorted()))) }
        for account in given {
            givenBack.gave(account, at: now)
            stop(account)
        }
    }
}

extension FairShare.Place {
    fileprivate init(_ peer: FleetSight.Peer) {
        self.init(id: peer.id, planned: peer.planned, led: peer.led)
    }
}
