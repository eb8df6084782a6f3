// One resource's turn-taking: at most one request in flight, what is urgent first, waiting after a failure.

/// The reading of one resource.
///
/// Since a resource never has two requests in flight, every page is at least as fresh as all pages committed before it.
/// That is why detection may trust that a difference is a change, and never an older state seen late.
package struct ResourceLane: Sendable {
    package private(set) var plan: ResourcePlan
    package internal(set) var progress: ResourceProgress?
    package internal(set) var clock: PollClock
    /// Polls that somebody wants besides those of the clock.
    var early = EarlyPolls()
    package private(set) var isBusy = false
    package private(set) var failuresInARow = 0
    var run: PollRun?
    /// The place in the list while the baseline is walked, and while a sweep is.
    var walk = PageWindow()
    var sweep = PageWindow()
    var pageSize: PageSize
    /// Nil where deleted records are not looked for.
    var watch: PresenceWatch?
    /// What polls have taught of how often the resource changes.
    package private(set) var pace: ResourcePace
    /// Of the poll under way: pages that were answered, and changes on them.
    private(set) var runRequests = 0
    private var runChanges = 0
    private var lastPollEnded: Instant?
    private(set) var paceKept = Instant.distantPast
    /// Records of the resource, roughly.
    private(set) var recordsKnown: Int
    /// Members of records that only GETs by id were seen to tell; a control is made before what it is needed for.
    private(set) var onlyByID: Set<String>?
    /// A page of this process had records with ids: those without are not the fault of the configuration.
    var hasReadIDs = false
    private(set) var inFlight: (work: LaneWork, request: APIRequest, sentAt: Instant)?
    private(set) var notBefore: Instant
    /// What the last request was answered that failed, while nothing was answered well since.
    private var failure: Failure?
    var wasHeld = false
    /// The latest stamp that was seen while our own clock was days behind, and no later than the server's.
    var stampedUpTo: Instant?
    private(set) var start: PollStart
    private var overlap: Duration

    private struct Failure { let status: Int? }

    /// - Parameters:
    ///   - pace: what the process before this one learned.
    ///   - sweepInterval: the longest time between two full readings of the list; nil: deletes are not looked for.
    package init(
        plan: ResourcePlan, progress: ResourceProgress?, pace: ResourcePace, start: PollStart, overlap: Duration,
        sweepInterval: Duration?, tally: PresenceTally = PresenceTally(), at now: Instant
    ) {
        self.plan = plan
        self.progress = progress
        self.start = start
        self.overlap = overlap
        // A new process polls at once, and first what has waited longest: one that dies soon after, again and again, would
        // else never come to its last resources.
        var interval = Limits.firstInterval
        if case .every(let wish) = plan.interval { interval = wish }
        let lastDue = progress?.polledAt.map { $0 + interval } ?? now
        clock = PollClock(interval: interval, firstDue: min(lastDue, now))
        self.pace = pace
        recordsKnown = tally.listed + tally.suspects
        notBefore = .distantPast
        pageSize = PageSize(configured: plan.pageSize)
        watch = sweepInterval.map {
            PresenceWatch(sweepInterval: $0, searchPage: plan.idPageSize, sweepPage: plan.pageSize, tally: tally)
        }
        resumeWalks()
    }

    /// Whether the resource of another plan is read as this one is, so that only how often, and what of it is told, may differ.
    func goesOn(as other: ResourcePlan, sweepInterval: Duration?) -> Bool {
        var asRead = other
        asRead.interval = plan.interval
        asRead.ignoredFields = plan.ignoredFields
        asRead.createdCheckTolerance = plan.createdCheckTolerance
        return asRead == plan && watch?.sweepInterval == sweepInterval
    }

    mutating func adopt(_ plan: ResourcePlan, start: PollStart, overlap: Duration) {
        (self.plan, self.start, self.overlap) = (plan, start, overlap)
    }

    /// A request of the resource is under way that was made for another plan.
    mutating func awaitAnswerOfFormer() { isBusy = true }

    mutating func answerOfFormerCame() { isBusy = false }

    /// The request for a turn; the lane is busy until `finish` or `fail`.
    package mutating func send(_ work: LaneWork, at now: Instant) -> APIRequest {
        isBusy = true
        let request = APIRequest(target: target(of: work, at: now), purpose: work.purpose)
        inFlight = (work, request, now)
        return request
    }

    private mutating func target(of work: LaneWork, at now: Instant) -> RequestTarget {
        switch work {
        case .firstContact, .baseline:
            return walk.items(of: plan.listing, pageSize: pageSize.current)
        case .poll, .hintedPoll:
            guard let progress else { return plan.listing }
            if work == .poll, early.isUnderWay { self.run = nil }
            let run = run ?? PollRun(plan: plan, progress: progress, overlap: overlap)
            if self.run == nil {
                beginPoll(isHinted: work == .hintedPoll, at: now)
                (runRequests, runChanges) = (0, 0)
            }
            defer { self.run = run }
            return run.target(pageSize: pageSize.current)
        case .errand(let errand):
            return target(of: errand)
        }
    }

    /// The API said how long it is to be left alone with this resource.
    mutating func rest(until: Instant) { notBefore = max(notBefore, until) }

    /// Until when the resource waits because it failed.
    var restAfterFailure: APIHealth.Rest? {
        failure.map { APIHealth.Rest(until: notBefore, status: $0.status) }
    }

    /// The operator says that what failed is mended.
    mutating func endRest() {
        notBefore = .distantPast
        failuresInARow = 0
        failure = nil
    }

    /// The request in flight, for messages.
    package var target: RequestTarget { inFlight?.request.target ?? plan.listing }

    package var workInFlight: LaneWork? { inFlight?.work }

    /// The page is in the store.
    ///
    /// - Parameter countSpacing: the least time between two counts of the list.
    /// - Returns: what the operator should know.
    package mutating func finish(
        _ commit: PageCommit, _ summary: CommitSummary, countSpacing: Duration, at now: Instant
    ) -> [PresenceNotice] {
        let pollBefore = progress?.polledAt
        progress = commit.progress
        if commit.pace != nil { paceKept = now }
        recordsKnown += summary.learned + summary.created - summary.deleted
        let pollIsOver = inFlight?.work.isPoll == true && run == nil
        if inFlight?.work.isPoll == true {
            runRequests += 1
            runChanges += summary.created + summary.updated
        }
        if pollIsOver {
            pollEnded()
            learnPace(from: lastPollEnded ?? pollBefore, to: now)
        }
        failuresInARow = 0
        failure = nil
        wasHeld = false
        isBusy = false
        if commit.sighting.answer == .page { watch?.saw(commit.records.lazy.map(\.id)) }
        if pollIsOver { watch?.pollEnded(at: now, spacing: countSpacing) }
        if let found = summary.presence?.onlyByID { onlyByID = (onlyByID ?? []).union(found) }
        guard let step = commit.presence, let finding = summary.presence, var presence = progress?.presence else {
            let hasNoCount = inFlight?.work == .errand(.count) ? watch?.hasNoCount() : nil
            return hasNoCount.map { [$0] } ?? []
        }
        defer { progress?.presence = presence }
        return watch?.took(step, finding, progress: &presence, at: now) ?? []
    }

    private mutating func learnPace(from last: Instant?, to now: Instant) {
        lastPollEnded = now
        pace.polled(
            ChangeRate.changes(of: runChanges, among: recordsKnown), requests: runRequests, from: last,
            to: now)
        runRequests = 0
    }

    /// What intervals are chosen by, the poll under way included.
    func polled(at now: Instant) -> PolledResource {
        PolledResource(plan.interval, pace, sincePoll: clock.sinceBegun(at: now), underWay: runRequests)
    }

    /// Polls are so far apart from now on.
    package mutating func adopt(_ interval: Duration, isGrid: Bool) { clock.pace(interval, isGrid: isGrid) }

    /// No page came, or it could not be stored; the same is asked for again later.
    ///
    /// - Returns: what the operator should know.
    @discardableResult
    package mutating func fail(
        _ remedy: PageProblem.Remedy, status: Int? = nil, at now: Instant, jitter: Double
    ) -> [PresenceNotice] {
        isBusy = false
        if remedy == .held {
            wasHeld = true
            return []
        }
        if remedy != .ownTrouble, case .errand(let errand)? = inFlight?.work, var presence = progress?.presence {
            // Polls go on: it may be this errand alone that the API cannot answer.
            defer { progress?.presence = presence }
            return watch?.failed(errand, remedy, progress: &presence, at: now, jitter: jitter) ?? []
        }
        failuresInARow += 1
        failure = Failure(status: status)
        let backoff = remedy == .needsAttention ? Limits.refusalBackoff : Limits.failureBackoff
        var wait = backoff.wait(afterFailures: failuresInARow, jitter: jitter)
        // One refusal may be a slip: a resource that is polled more often than that is asked once more as it would be.
        if failuresInARow == 1 { wait = min(wait, clock.interval) }
        notBefore = now + wait
        return []
    }

    /// Nothing of the page could be stored: whatever it belonged to is read again from where the store stands.
    package mutating func commitFailed(at now: Instant, jitter: Double) {
        if run != nil || inFlight?.work.isPoll == true {
            run = nil
            pollLost(at: now)
        }
        resumeWalks()
        fail(.retry, at: now, jitter: jitter)
    }

    private mutating func resumeWalks() {
        walk = PageWindow()
        sweep = PageWindow()
        if case .walking(let covered, let last)? = progress?.baseline {
            walk = PageWindow(covered: covered, last: last)
        }
        if let under = progress?.presence.walk { sweep = PageWindow(covered: under.covered, last: under.last) }
    }

    /// The next page is asked for smaller: the last one was too large, or took too long.
    package mutating func shrinkPages(toAtLeast least: Int) {
        pageSize.shrink(toAtLeast: least)
    }

    /// The operator says that nobody is to be told of the deletes that are held, and the store has done so.
    package mutating func dismissHeldDeletes() {
        guard progress?.presence.hold != PresenceProgress.Hold.none else { return }
        watch?.dismissed()
    }

    /// The operator says that the deletes that are held are real.
    package mutating func releaseHeldDeletes() {
        guard case .held? = progress?.presence.hold else { return }
        progress?.presence.hold = .released
        watch?.released()
    }
}
