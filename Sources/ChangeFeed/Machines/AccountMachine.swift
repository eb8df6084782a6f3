// The polling of one account as a machine: which request leaves, what its answer means, what is written, and in which order.

/// Polls one account: counts each request before it leaves, reads each answer, and has it written.
///
/// The store does one thing at a time, and answers wait for it in the order in which they came. What `AccountFeed`
/// decides is done by nobody else.
package struct AccountMachine: Machine {
    /// What needs the store, and waits for it.
    private enum Letter: Sendable {
        case answered(Asker, APIResult)
        case resumeAPI
        case release(ResourceName)
        case dismiss(ResourceName)
    }

    private enum FormerPlan: Sendable { case ofThisAPI, ofAnotherAPI }

    private enum Phase: Sendable {
        case running
        case stopping(until: Instant)
        /// What was still under way is given up.
        case over
    }

    package private(set) var feed: AccountFeed
    package private(set) var alarm: Instant?
    private var phase = Phase.running
    private var store = StoreTurn<Verb>()
    private var letters: [Letter] = []
    /// Requests that have left, and whose answers have not come.
    private var awaited: Set<Asker> = []
    /// Of requests under way, those of a plan that is not gone by any more.
    private var ofFormerPlan: [Asker: FormerPlan] = [:]
    private var api: Fingerprint?
    /// Whether it is that of a plan after the first.
    private var apiCameLater = false
    private var planChange = PlanChange<AccountPlan>()
    private var pending: [Effect] = []

    package static let wake = Input.wake

    /// - Parameter api: of the plan that the feed goes by, where there may come another.
    package init(feed: AccountFeed, api: Fingerprint? = nil) {
        self.feed = feed
        self.api = api
    }

    package var isDone: Bool {
        switch phase {
        case .running: false
        case .stopping: awaited.isEmpty && letters.isEmpty && store.verb == nil
        case .over: true
        }
    }

    private var isRunning: Bool {
        if case .running = phase { true } else { false }
    }

    package mutating func take(_ input: Input, at now: Instant, chance: inout some RandomNumberGenerator) {
        switch input {
        case .wake:
            if let alarm, alarm <= now { self.alarm = nil }
            if case .stopping(let until) = phase, until <= now { phase = .over }
        case .answered(let asker, let result):
            precondition(awaited.remove(asker) != nil, "an answer came that nobody had asked for")
            letters.append(.answered(asker, result))
        case .resumeAPI: letters.append(.resumeAPI)
        case .pollNow(let name): feed.pollNow(name)
        case .hint(let name): feed.hint(name, at: now)
        // A page that is being written has its progress from before.
        case .release(let name): letters.append(.release(name))
        case .dismiss(let name): letters.append(.dismiss(name))
        case .plan(let plan): planChange.wanted(plan)
        case .stored(let answer, let question):
            if let verb = store.answered(question) { took(answer, to: verb, at: now, chance: &chance) }
        case .storeFailed(let reason, let question):
            if let verb = store.failed(question) { failed(verb, reason, at: now, chance: &chance) }
        case .stop: stop(at: now, chance: &chance)
        }
    }

    package mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [Effect] {
        while store.isFree(at: now), !isOver {
            if !letters.isEmpty {
                read(letters.removeFirst(), at: now, chance: &chance)
            } else if isRunning, let plan = planChange.next(at: now) {
                ask(.adopt(plan, at: now), at: now)
            } else {
                guard isRunning, sendNext(at: now) else { break }
            }
        }
        if isRunning { alarm = planChange.alarm(before: alarm, at: now) }
        if case .stopping(let until) = phase { alarm = until }
        for notice in feed.takeNotices() { pending.append(.tell(.api(notice))) }
        defer { pending = [] }
        return pending
    }

    private var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    private mutating func ask(_ verb: Verb, at now: Instant) {
        pending.append(.store(verb, question: store.ask(verb, at: now)))
    }
}

// MARK: - Requests and their answers

extension AccountMachine {
    /// - Returns: false where nothing goes out before `alarm`.
    private mutating func sendNext(at now: Instant) -> Bool {
        // Nothing is known of the API of a new plan before the question to the former one has ended.
        guard ofFormerPlan[.instance] == nil else {
            alarm = nil
            return false
        }
        if let request = feed.instanceRequest(at: now) {
            ask(.count(.instance, request, feed.memory, at: now), at: now)
            return true
        }
        switch feed.next(at: now) {
        case .send(let name, let request):
            ask(.count(.resource(name), request, feed.memory, at: now), at: now)
            return true
        case .wait(let until):
            alarm = until
            pending.append(
                .tell(
                    .rests(
                        Rest(
                            stretched: feed.stretchedIntervals, holdUp: feed.holdUp, until: feed.holdUpUntil,
                            isTrying: feed.budget.isTrying))))
            return false
        }
    }

    private mutating func notSent(_ asker: Asker, at now: Instant, chance: inout some RandomNumberGenerator) {
        switch asker {
        case .resource(let name): feed.notSent(name, at: now, jitter: .random(in: 0..<1, using: &chance))
        case .instance: feed.instanceNotAsked(at: now)
        }
    }

    private mutating func read(_ letter: Letter, at now: Instant, chance: inout some RandomNumberGenerator) {
        switch letter {
        case .resumeAPI:
            feed.resumeAPI()
            pending.append(.tell(.apiResumed))
            // Where it cannot be written, it stays asked for.
            ask(.resumed(feed.memory), at: now)
        case .release(let name): feed.releaseHeldDeletes(of: name)
        case .dismiss(let name): feed.dismissHeldDeletes(of: name)
        case .answered(let asker, let result) where ofFormerPlan[asker] != nil:
            feed.receiveOfFormer(
                result, for: asker.resource, isOfAnotherAPI: ofFormerPlan.removeValue(forKey: asker) == .ofAnotherAPI,
                at: now, jitter: .random(in: 0..<1, using: &chance))
            ask(.remember(feed.memory), at: now)
        case .answered(.instance, let result):
            readInstance(
                feed.tookInstance(result, at: now, jitter: .random(in: 0..<1, using: &chance)), at: now)
        case .answered(.resource(let name), let result):
            switch feed.receive(result, for: name, at: now, jitter: .random(in: 0..<1, using: &chance)) {
            case .problem(let problem):
                // A pause that the API asked for holds for the next process as well. Where it cannot be written now, the
                // next request is not sent before it can be counted, which writes it too.
                ask(.remember(feed.memory), at: now)
                pending.append(.tell(.problem(problem, name)))
            case .commit(let page):
                ask(.commit(page, at: now), at: now)
            }
        }
    }

    private mutating func readInstance(_ verdict: InstanceCheck.Verdict, at now: Instant) {
        switch verdict {
        case .same, .unknown, .awaited:
            // It may have asked for a pause, and `status` says what is waited for.
            ask(.remember(feed.memory), at: now)
        case .learned(let name):
            // Where it cannot be kept now, the next start learns it.
            ask(.learn(instance: name), at: now)
            pending.append(.tell(.instanceLearned(name)))
        case .another(let known, let found):
            pending.append(.endOfAnotherInstance(known: known, found: found, cameLater: apiCameLater))
        }
    }
}

// MARK: - What the store says

extension AccountMachine {
    private mutating func took(
        _ answer: Answer, to verb: Verb, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        switch (verb, answer) {
        case (.count(let asker, let request, _, _), .done):
            guard isRunning else { return notSent(asker, at: now, chance: &chance) }
            feed.departed(at: now)
            awaited.insert(asker)
            pending.append(.send(asker, request))
        case (.commit(let page, _), .committed(let summary)):
            committed(page, summary, at: now)
        case (.remember, .done), (.learn, .done), (.resumed, .done): break
        case (.adopt(let plan, _), .adopted(let memory)): adopted(plan, memory, at: now)
        case (_, .done), (_, .committed), (_, .adopted):
            preconditionFailure("the store answered another question than it was asked")
        }
    }

    private mutating func adopted(_ plan: AccountPlan, _ memory: AccountMemory, at now: Instant) {
        planChange.adopted(plan)
        var underWay = awaited
        for case .answered(let asker, _) in letters { underWay.insert(asker) }
        let isAnotherAPI = plan.api != api
        let goOn = feed.adopt(
            plan, memory, isAnotherAPI: isAnotherAPI, underWay: Set(underWay.compactMap(\.resource)), at: now)
        for asker in underWay where asker.resource.map({ !goOn.contains($0) }) ?? isAnotherAPI {
            if isAnotherAPI { ofFormerPlan[asker] = .ofAnotherAPI }
            ofFormerPlan[asker] = ofFormerPlan[asker] ?? .ofThisAPI
        }
        api = plan.api
        apiCameLater = apiCameLater || isAnotherAPI
        pending += [.goBy(plan), .tell(.planned(memory.notices))]
    }

    private mutating func committed(_ page: PageCommit, _ summary: CommitSummary, at now: Instant) {
        let name = page.plan.name
        let wasOver = feed.lane(name)?.progress?.baseline.isOver == true
        let notices = feed.committed(page, summary, at: now)
        if summary.events > 0 { pending.append(.eventsQueued) }
        pending.append(
            .tell(.committed(page, summary, baselineEnded: !wasOver && page.progress.baseline.isOver)))
        for notice in notices { pending.append(.tell(.presence(notice, name))) }
        if let held = summary.held { pending.append(.tell(.held(held, name))) }
    }

    private mutating func failed(
        _ verb: Verb, _ reason: String, at now: Instant, chance: inout some RandomNumberGenerator
    ) {
        switch verb {
        case .count(let asker, _, _, _):
            notSent(asker, at: now, chance: &chance)
            if case .resource(let name) = asker {
                pending.append(.tell(.storeFailed(.count, name, reason: reason)))
            }
        case .commit(let page, _):
            feed.commitFailed(page, at: now, jitter: .random(in: 0..<1, using: &chance))
            pending.append(.tell(.storeFailed(.commit, page.plan.name, reason: reason)))
        case .remember, .learn, .resumed: break
        case .adopt:
            planChange.failed(at: now, jitter: .random(in: 0..<1, using: &chance))
            if planChange.failuresInARow == 1 { pending.append(.tell(.planWaits(reason: reason))) }
        }
    }

    /// Requests in flight may bring their pages still; what is not about a page is not waited for.
    private mutating func stop(at now: Instant, chance: inout some RandomNumberGenerator) {
        guard isRunning else { return }
        phase = .stopping(until: now + Limits.pollingMayFinish)
        guard store.verb?.outlastsStop == false, let verb = store.giveUp() else { return }
        if case .count(let asker, _, _, _) = verb { notSent(asker, at: now, chance: &chance) }
    }
}
