// The polling of one account as a state machine: asked for the next action, told what came of it. No I/O, no clock.

/// Decides which request goes out next, what an answer means, and what is to be committed.
///
///     next(at:) ──► .send(resource, request) ──► receive(result) ──► .commit(page) ──► committed / commitFailed
///              └──► .wait(until)                              └────► .problem(…)
package struct AccountFeed: Sendable {
    enum Action: Sendable {
        case send(ResourceName, APIRequest)
        /// Nothing to do before then; nil: not before an answer comes.
        case wait(until: Instant?)
    }

    enum Reaction: Sendable {
        case commit(PageCommit)
        case problem(PageProblem)
    }

    package private(set) var budget: RequestBudget
    /// The intervals in force, in the order of the resources.
    package private(set) var schedule: PollSchedule?
    /// Why the last request that wanted to go out could not; nil once one went out.
    package private(set) var holdUp: RequestBudget.Reason?
    /// Until when, as far as that is known.
    package private(set) var holdUpUntil: Instant?
    private var lanes: [ResourceLane]
    private var instance: InstanceCheck?
    private var looksForDeletes: Bool
    private var clockWatch: ClockWatch
    private var notices: [APINotice] = []
    private var toldTrouble: QuotaTrouble?
    private var scheduledAt = Instant.distantPast
    /// By which records are told from what they were; nil: by SHA-256 alone.
    package var fingerprints: FingerprintKey?

    /// - Parameters:
    ///   - progress: how far each resource has come, from the store; resources without an entry begin anew.
    ///   - sweepInterval: the longest time between two full readings of a list; nil: deletes are not looked for.
    ///   - tallies: what the store knows of the records' presence, as it does of the paces that earlier polls have taught.
    ///   - instance: asks which instance this is; nil: nobody wants to know.
    package init(
        plans: [ResourcePlan], progress: [ResourceName: ResourceProgress], start: PollStart, overlap: Duration,
        sweepInterval: Duration?, tallies: [ResourceName: PresenceTally] = [:],
        paces: [ResourceName: ResourcePace] = [:], instance: InstanceCheck? = nil, budget: RequestBudget,
        at now: Instant
    ) {
        self.budget = budget
        self.instance = instance
        looksForDeletes = sweepInterval != nil
        clockWatch = ClockWatch(overlap: overlap)
        lanes = plans.map {
            ResourceLane(
                plan: $0, progress: progress[$0.name], pace: paces[$0.name] ?? ResourcePace(), start: start,
                overlap: overlap, sweepInterval: sweepInterval, tally: tallies[$0.name] ?? PresenceTally(), at: now)
        }
        reschedule(at: now)
    }

    /// Goes by another plan. A resource of which only the interval, or what counts as a change, is new goes on where it is,
    /// its request under way included. Any other goes on from where the store stands.
    ///
    /// - Parameters:
    ///   - isAnotherAPI: whether address or key are new. What the former answered, or refused, says nothing of it.
    ///   - underWay: resources of which a request is. One that does not go on waits for its answer, which is of no use.
    /// - Returns: the resources that go on where they are.
    mutating func adopt(
        _ plan: AccountPlan, _ memory: AccountMemory, isAnotherAPI: Bool, underWay: Set<ResourceName>, at now: Instant
    ) -> Set<ResourceName> {
        budget.adopt(plan.budget)
        clockWatch.adopt(overlap: plan.overlap)
        looksForDeletes = plan.sweepInterval != nil
        if isAnotherAPI {
            budget.resume()
            if instance != nil { instance = InstanceCheck(known: memory.instance, at: now) }
        }
        defer { reschedule(at: now) }
        return lanes.adopt(plan, memory, goOn: !isAnotherAPI, underWay: underWay, at: now)
    }

    /// Takes what came of a request of a plan that is not gone by any more.
    mutating func receiveOfFormer(
        _ result: APIResult, for name: ResourceName?, isOfAnotherAPI: Bool, at now: Instant, jitter: Double
    ) {
        if isOfAnotherAPI {
            budget.settleOfAnotherAPI(at: now)
        } else {
            budget.settle(result, of: nil, at: now, jitter: jitter)
        }
        if let name { update(name) { $0.answerOfFormerCame() } }
    }

    /// What is to be kept over restarts of the account as a whole.
    package var memory: RequestBudget.Memory {
        var memory = budget.memory
        memory.health.clocks = clockWatch.latest
        memory.health.instance = instance?.wait
        memory.health.intervalsAreStretched = schedule?.isStretched ?? false
        for lane in lanes { memory.health.rests[lane.plan.name.text] = lane.restAfterFailure }
        return memory
    }

    private mutating func watch(_ response: APIResponse, sentAt: Instant, at now: Instant) {
        if let notice = clockWatch.take(AnswerClocks(response, sentAt: sentAt, now: now)) { notices.append(notice) }
        guard let trouble = budget.quotaTrouble, trouble != toldTrouble else { return }
        toldTrouble = trouble
        notices.append(.quotaTrouble(trouble, limit: budget.dailyLimit(at: now)))
    }

    /// The operator says that whatever kept requests back is mended.
    mutating func resumeAPI() {
        budget.resume()
        instance?.endRest()
        for index in lanes.indices { lanes[index].endRest() }
    }

    /// What the operator should know, once.
    mutating func takeNotices() -> [APINotice] {
        defer { notices = [] }
        return notices
    }

    package func lane(_ name: ResourceName) -> ResourceLane? { lanes.first { $0.plan.name == name } }

    /// The next action. The most urgent work goes first; among equals the one that has been due longest.
    mutating func next(at now: Instant) -> Action {
        budget.refresh(at: now)
        if let instance, case .held(let until) = instance.holdsPolls(at: now) { return .wait(until: until) }
        if now - scheduledAt >= Limits.scheduleHolds || now < scheduledAt { reschedule(at: now) }
        let action = next(at: now, weighingLessThan: .max)
        // What comes next may be due sooner by then.
        guard case .wait(let until?) = action, adaptsIntervals else { return action }
        return .wait(until: min(until, scheduledAt + Limits.scheduleHolds))
    }

    /// - Parameter weight: what weighs as much was refused already, for want of room in the day.
    private mutating func next(at now: Instant, weighingLessThan weight: Int) -> Action {
        let spacing = lanes.contains(where: \.isHinted) ? budget.hintSpacing(among: lanes.count, at: now) : .zero
        let (candidate, earliest) = lanes.foremost(at: now, weighingLessThan: weight, spacing: spacing)
        guard let candidate else { return .wait(until: earliest) }
        let turn = candidate.turn
        switch budget.request(turn.work.purpose, pagesBefore: turn.pagesBefore, at: now) {
        case .granted:
            holdUp = nil
            // Whoever was held has let another go first, and once is enough.
            for index in lanes.indices where index != candidate.index { lanes[index].hasLetOthersGo(at: now) }
            let request = lanes[candidate.index].send(turn.work, at: now)
            return .send(lanes[candidate.index].plan.name, request)
        case .wait(let until, let reason) where [.leftToPolls, .spread].contains(reason) && turn.weight > 0:
            let action = next(at: now, weighingLessThan: turn.weight)
            guard case .wait(let lighter) = action else { return action }
            return .wait(until: [until, lighter].compactMap(\.self).min())
        case .wait(let until, let reason):
            (holdUp, holdUpUntil) = (reason, until)
            return .wait(until: until)
        }
    }

    /// The request that asks which instance this is, when it is time for it and the budget has room.
    mutating func instanceRequest(at now: Instant) -> APIRequest? {
        guard let check = instance, check.isDue(at: now) else { return nil }
        switch budget.request(InstanceCheck.request.purpose, at: now) {
        case .granted:
            holdUp = nil
            instance?.asked()
            return InstanceCheck.request
        case .wait(let until, let reason):
            (holdUp, holdUpUntil) = (reason, until)
            instance?.postpone(until: until ?? now + .seconds(1))
            return nil
        }
    }

    /// The request could not be counted, and so was not sent.
    mutating func instanceNotAsked(at now: Instant) {
        budget.abandon()
        instance?.notAsked(at: now)
    }

    /// Takes what came of asking which instance this is. No poll goes out any more where it is another one.
    mutating func tookInstance(
        _ result: APIResult, at now: Instant, jitter: Double
    ) -> InstanceCheck.Verdict {
        budget.settle(result, of: nil, at: now, jitter: jitter)
        let verdict = instance?.took(result, at: now, jitter: jitter) ?? .unknown
        if let notice = instance?.takeNotice() { notices.append(notice) }
        return verdict
    }

    /// The request really leaves only now: counting it took time that the spacing must not lose.
    mutating func departed(at now: Instant) {
        budget.departed(at: now)
    }

    /// The request could not be counted, and so was not sent.
    mutating func notSent(_ name: ResourceName, at now: Instant, jitter: Double) {
        budget.abandon()
        update(name) { $0.fail(.ownTrouble, at: now, jitter: jitter) }
    }

    /// Takes what came of a request sent for a resource.
    ///
    /// - Parameter jitter: 0..<1, spreads retries out.
    mutating func receive(
        _ result: APIResult, for name: ResourceName, at now: Instant, jitter: Double
    ) -> Reaction {
        budget.settle(result, of: name, at: now, jitter: jitter)
        // What is kept of the answer says already whether intervals give way after it.
        reschedule(at: now)
        guard let index = lanes.firstIndex(where: { $0.plan.name == name }) else {
            return .problem(PageProblem(.needsAttention, "no resource named \(name) is configured"))
        }
        if case .success(let response) = result {
            watch(response, sentAt: lanes[index].inFlight?.sentAt ?? now, at: now)
        }
        do throws(PageProblem) {
            let answer = try LaneAnswer(result, of: lanes[index], fingerprints)
            guard case .success(let response) = result else { throw PageProblem(.retry, "no answer; asking again") }
            if instance?.accepts(pageAt: now) == false {
                throw PageProblem(
                    .ownTrouble,
                    "\(lanes[index].target.path): left out, for it is not known to be of the store's instance"
                )
            }
            return .commit(lanes[index].absorb(answer, of: response, budget: memory, at: now))
        } catch {
            if lanes[index].recordInFlight == nil, let least = result.asksForLess {
                lanes[index].shrinkPages(toAtLeast: least)
            }
            var problem = error
            // Other resources are answered: it is this one that the key is refused for, or that does not exist.
            if problem.remedy == .held, !budget.isPaused(at: now) { problem.remedy = .needsAttention }
            lanes[index].fail(problem.remedy, status: (try? result.get())?.status, at: now, jitter: jitter)
            if case .success(let response) = result, response.status == 503, let told = response.retryAfter {
                lanes[index].rest(until: now + min(told, Limits.longestPause))
            }
            return .problem(problem)
        }
    }

    /// The store has written the page.
    ///
    /// - Parameter summary: what it found and wrote.
    /// - Returns: what the operator should know of the resource's records.
    mutating func committed(
        _ commit: PageCommit, _ summary: CommitSummary, at now: Instant
    ) -> [PresenceNotice] {
        guard let index = lanes.firstIndex(where: { $0.plan.name == commit.plan.name }) else { return [] }
        instance?.pageCame(at: now)
        let notices = lanes[index].finish(
            commit, summary, countSpacing: budget.countSpacing(among: lanes.count, at: now),
            at: now)
        reschedule(at: now)
        return notices
    }

    /// Configured intervals that the budget has no room for, as they are instead.
    package var stretchedIntervals: [(name: ResourceName, interval: Duration)] {
        zip(lanes, schedule?.entries ?? []).filter { $1.isStretched }.map { ($0.plan.name, $1.interval) }
    }

    private var adaptsIntervals: Bool { lanes.contains { $0.plan.interval == .auto } }

    /// Chooses the intervals anew. While nothing is known of the quota, they stay as they are.
    private mutating func reschedule(at now: Instant) {
        scheduledAt = now
        let isLearning = lanes.contains { $0.progress?.baseline.isOver != true }
        let wasStretched = schedule?.isStretched ?? false
        let resources = lanes.map { $0.polled(at: now) }
        let schedule =
            PollSchedule(
                resources, budget: budget, leavesRoom: looksForDeletes || isLearning, wasStretched: wasStretched,
                at: now) ?? PollSchedule(unbounded: resources)
        for (index, entry) in schedule.entries.enumerated() {
            lanes[index].adopt(entry.interval, isGrid: lanes[index].plan.interval == .every(entry.interval))
        }
        budget.pollsPerDay = schedule.requestsPerDay
        budget.pollsBegunPerDay = schedule.pollsPerDay
        self.schedule = schedule
    }

    /// The store could not write the page: disk full, most likely.
    mutating func commitFailed(_ commit: PageCommit, at now: Instant, jitter: Double) {
        update(commit.plan.name) { $0.commitFailed(at: now, jitter: jitter) }
    }

    mutating func update(_ name: ResourceName, _ change: (inout ResourceLane) -> Void) {
        guard let index = lanes.firstIndex(where: { $0.plan.name == name }) else { return }
        change(&lanes[index])
    }
}
