// The polling of one account as a state machine: asked for the next action, told what came of it. No I/O, no clock.

/// Decides which request goes out next, what an answer means, and what is to be committed.
///
///     next(at:) ──► .send(resource, request) ──► receive(result) ──► .commit(page) ──► committed / commitFailed
///              └──► .wait(until)                              └────► .problem(…)
package struct AccountFeed: Sendable {
    package enum Action: Sendable {
        case send(ResourceName, APIRequest)
        /// Nothing to do before then; nil: not before an answer comes.
        case wait(until: Instant?)
    }

    package enum Reaction: Sendable {
        case commit(PageCommit)
        case problem(PageProblem)
    }

    package private(set) var budget: RequestBudget
    /// Why the last request that wanted to go out could not; nil once one went out.
    package private(set) var holdUp: RequestBudget.Reason?
    private var lanes: [ResourceLane]

    /// - Parameter progress: how far each resource has come, from the store; resources without an entry begin anew.
    package init(
        plans: [ResourcePlan], progress: [ResourceName: ResourceProgress], start: PollStart, overlap: Duration,
        budget: RequestBudget, at now: Instant
    ) {
        self.budget = budget
        lanes = plans.map {
            ResourceLane(plan: $0, progress: progress[$0.name], start: start, overlap: overlap, at: now)
        }
    }

    package func lane(_ name: ResourceName) -> ResourceLane? { lanes.first { $0.plan.name == name } }

    /// The next action. The most urgent work goes first; among equals the one that has been due longest.
    package mutating func next(at now: Instant) -> Action {
        var candidate: (index: Int, turn: ResourceLane.Turn)?
        var earliest: Instant?
        for (index, lane) in lanes.enumerated() {
            guard let turn = lane.nextTurn(at: now) else { continue }
            if turn.from > now {
                earliest = min(earliest ?? turn.from, turn.from)
            } else if candidate.map({ turn.goesBefore($0.turn) }) ?? true {
                candidate = (index, turn)
            }
        }
        guard let candidate else { return .wait(until: earliest) }
        switch budget.request(at: now) {
        case .granted:
            holdUp = nil
            let request = lanes[candidate.index].send(candidate.turn.work, at: now)
            return .send(lanes[candidate.index].plan.name, request)
        case .wait(let until, let reason):
            holdUp = reason
            return .wait(until: until)
        }
    }

    /// The request really leaves only now: counting it took time that the spacing must not lose.
    package mutating func departed(at now: Instant) {
        budget.departed(at: now)
    }

    /// The request could not be counted, and so was not sent.
    package mutating func notSent(_ name: ResourceName, at now: Instant, jitter: Double) {
        budget.abandon()
        update(name) { $0.fail(.retry, at: now, jitter: jitter) }
    }

    /// Takes what came of a request sent for a resource.
    ///
    /// - Parameter jitter: 0..<1, spreads retries out.
    package mutating func receive(
        _ result: APIResult, for name: ResourceName, at now: Instant, jitter: Double
    ) -> Reaction {
        budget.settle(result, at: now, jitter: jitter)
        guard let index = lanes.firstIndex(where: { $0.plan.name == name }) else {
            return .problem(PageProblem(.needsAttention, "no resource named \(name) is configured"))
        }
        do {
            let response = try Self.usable(result, for: lanes[index])
            let records = try Self.records(of: response, for: lanes[index])
            return .commit(lanes[index].absorb(records, of: response, budget: budget.memory, at: now))
        } catch {
            if case .failure(let failure) = result, let least = failure.asksForLess {
                lanes[index].shrinkPages(toAtLeast: least)
            }
            var problem = error
            // Other resources are answered: it is this one that the key is refused for, or that does not exist.
            if problem.remedy == .held, !budget.isPaused(at: now) { problem.remedy = .needsAttention }
            lanes[index].fail(problem.remedy, at: now, jitter: jitter)
            return .problem(problem)
        }
    }

    package mutating func committed(_ commit: PageCommit) {
        update(commit.plan.name) { $0.finish(commit) }
    }

    /// The store could not write the page: disk full, most likely.
    package mutating func commitFailed(_ commit: PageCommit, at now: Instant, jitter: Double) {
        update(commit.plan.name) { $0.commitFailed(at: now, jitter: jitter) }
    }

    private mutating func update(_ name: ResourceName, _ change: (inout ResourceLane) -> Void) {
        guard let index = lanes.firstIndex(where: { $0.plan.name == name }) else { return }
        change(&lanes[index])
    }

    private static func usable(_ result: APIResult, for lane: ResourceLane) throws(PageProblem) -> APIResponse {
        if let problem = PageProblem(result, of: lane.plan, target: lane.target) { throw problem }
        return try result.mapError { PageProblem(.retry, "\(lane.target.path): \($0)") }.get()
    }

    private static func records(
        of response: APIResponse, for lane: ResourceLane
    ) throws(PageProblem) -> [SeenRecord] {
        let page: RecordPage
        do {
            page = try RecordPage.read(response.body)
        } catch {
            throw PageProblem(
                .retry, "\(lane.target.path): the answer is not a page of records: \(error); asking again")
        }
        var records: [SeenRecord] = []
        records.reserveCapacity(page.records.count)
        for (index, record) in page.records.enumerated() {
            guard let seen = SeenRecord(record, idField: lane.plan.idField) else {
                throw PageProblem(
                    .needsAttention,
                    "\(lane.target.path): record \(index + 1) of the page has no \(lane.plan.idField). Check the idField "
                        + "of \"\(lane.plan.name)\" in event.poller.configuration")
            }
            records.append(seen)
        }
        return records
    }
}
