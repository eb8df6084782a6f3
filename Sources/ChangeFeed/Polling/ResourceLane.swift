// One resource's turn-taking: at most one request in flight, what is urgent first, waiting after a failure.

/// The reading of one resource.
///
/// Since a resource never has two requests in flight, every page is at least as fresh as all pages committed before it.
/// That is why detection may trust that a difference is a change, and never an older state seen late.
package struct ResourceLane: Sendable {
    /// In the order of their urgency.
    package enum Work: Int, Sendable, Comparable {
        /// The first page of the baseline, which fixes from when on changes are news: nothing before it is reported.
        case firstContact
        case poll
        case baseline

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A lane that could send a request: what for, from when on, and what decides between lanes that could.
    package struct Turn: Sendable {
        package let work: Work
        package let from: Instant
        /// Whether its last request held everybody up. Others go first then: it may be the one that always does.
        let wasHeld: Bool
        let lastAsked: Instant

        func goesBefore(_ other: Turn) -> Bool {
            if wasHeld != other.wasHeld { return other.wasHeld }
            if work != other.work { return work < other.work }
            return max(from, lastAsked) < max(other.from, other.lastAsked)
        }
    }

    package let plan: ResourcePlan
    package private(set) var progress: ResourceProgress?
    package private(set) var clock: PollClock
    package private(set) var isBusy = false
    package private(set) var failuresInARow = 0
    private var run: PollRun?
    /// The place in the list while the baseline is walked.
    private var walk = PageWindow()
    private var pageSize: PageSize
    private var inFlight: (work: Work, request: APIRequest, sentAt: Instant)?
    private var notBefore: Instant
    private var wasHeld = false
    private let start: PollStart
    private let overlap: Duration

    package init(plan: ResourcePlan, progress: ResourceProgress?, start: PollStart, overlap: Duration, at now: Instant)
    {
        self.plan = plan
        self.progress = progress
        self.start = start
        self.overlap = overlap
        // A new process polls at once, and first what has waited longest: one that dies soon after, again and again, would
        // else never come to its last resources.
        let lastDue = progress?.polledAt.map { $0 + plan.interval } ?? now
        clock = PollClock(interval: plan.interval, firstDue: min(lastDue, now))
        notBefore = .distantPast
        pageSize = PageSize(configured: plan.pageSize)
        if case .walking(let covered, let last)? = progress?.baseline {
            walk = PageWindow(covered: covered, last: last)
        }
    }

    /// What this resource has to do next, and from when on; nil while a request is in flight or being committed.
    package func nextTurn(at now: Instant) -> Turn? {
        if isBusy { return nil }
        func turn(_ work: Work, from: Instant) -> Turn {
            Turn(work: work, from: from, wasHeld: wasHeld, lastAsked: inFlight?.sentAt ?? .distantPast)
        }
        guard let progress else { return turn(.firstContact, from: notBefore) }
        if run != nil { return turn(.poll, from: notBefore) }
        if case .walking = progress.baseline, clock.due > now { return turn(.baseline, from: notBefore) }
        return turn(.poll, from: max(clock.due, notBefore))
    }

    /// The request for `nextTurn`; the lane is busy until `finish`.
    package mutating func send(_ work: Work, at now: Instant) -> APIRequest {
        isBusy = true
        let request: APIRequest
        if work == .poll, let progress {
            if run == nil {
                run = PollRun(plan: plan, progress: progress, overlap: overlap)
                clock.begin(at: now)
            }
            request = run?.request(pageSize: pageSize.current) ?? APIRequest(target: plan.listing)
        } else {
            request = APIRequest(target: walk.items(of: plan.listing, pageSize: pageSize.current))
        }
        inFlight = (work, request, now)
        return request
    }

    /// The request in flight, for messages.
    package var target: RequestTarget { inFlight?.request.target ?? plan.listing }

    /// Takes a page and says what to commit; the progress counts only once `finish` is told that it was committed.
    package mutating func absorb(
        _ records: [SeenRecord], of response: APIResponse, budget: RequestBudget.Memory, at now: Instant
    ) -> PageCommit {
        // The answer is stamped when it leaves the server, cut to a second; the query ran no earlier than it was sent.
        let serverTime = response.date.map { date in
            ServerTime(asked: (date - response.duration).wholeSecond, answered: date)
        }
        let before =
            progress
            ?? ResourceProgress(
                start: start, asked: serverTime?.asked ?? inFlight?.sentAt ?? now, answered: response.date ?? now)
        var after = before
        let page = records.map { PageWindow.Entry($0.id, $0.fingerprint) }
        let isConnected: Bool
        if inFlight?.work == .poll {
            let step = run?.absorb(
                page, total: response.totalCount, pageSize: pageSize.current, serverTime: serverTime,
                sentAt: inFlight?.sentAt ?? now)
            isConnected = run?.isConnected ?? true
            if case .complete(let progress)? = step {
                after.cursor = progress.cursor
                after.polledAt = progress.polledAt
                run = nil
            }
        } else {
            let position = walk.advance(page, total: response.totalCount, pageSize: pageSize.current)
            isConnected = walk.isConnected
            after.baseline = position == .end ? .complete : .walking(covered: walk.covered, last: walk.last)
        }
        pageSize.tookPage()
        let detector = ChangeDetector(
            plan: plan, newsThreshold: before.newsThreshold, baselineIsComplete: before.baseline == .complete)
        var commit = PageCommit(plan: plan, records: records, detector: detector, progress: after, budget: budget)
        if !isConnected { commit.warning = Self.gapWarning }
        return commit
    }

    private static let gapWarning =
        "the pages of this resource do not follow each other: the API's order changes from page to page. Records may have "
        + "been stepped over; a larger pageSize or a shorter refresh_interval makes fewer pages"

    /// The page is in the store.
    package mutating func finish(_ commit: PageCommit) {
        progress = commit.progress
        failuresInARow = 0
        wasHeld = false
        isBusy = false
    }

    /// No page came, or it could not be stored; the same is asked for again later.
    package mutating func fail(_ remedy: PageProblem.Remedy, at now: Instant, jitter: Double) {
        isBusy = false
        switch remedy {
        case .held:
            wasHeld = true
        case .retry:
            failuresInARow += 1
            notBefore = now + Limits.failureBackoff.wait(afterFailures: failuresInARow, jitter: jitter)
        case .needsAttention:
            failuresInARow += 1
            notBefore = now + Limits.refusalBackoff.wait(afterFailures: failuresInARow, jitter: jitter)
        }
    }

    /// Nothing of the page could be stored: whatever it belonged to is read again from where the store stands.
    package mutating func commitFailed(at now: Instant, jitter: Double) {
        if run != nil || inFlight?.work == .poll {
            run = nil
            clock.repeatPoll(at: now)
        }
        walk = PageWindow()
        if case .walking(let covered, let last)? = progress?.baseline {
            walk = PageWindow(covered: covered, last: last)
        }
        fail(.retry, at: now, jitter: jitter)
    }

    /// The next page is asked for smaller: the last one was too large, or took too long.
    package mutating func shrinkPages(toAtLeast least: Int) {
        pageSize.shrink(toAtLeast: least)
    }
}
