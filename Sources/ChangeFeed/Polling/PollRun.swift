// One poll of one resource: everything changed since a time, page by page, until the cursor may move.

/// A poll under way.
///
/// Its pages are committed as they come; the cursor moves with the last one only. A poll cut short by a crash begins
/// again at the old cursor, and what it had read already is then known and unchanged.
package struct PollRun: Sendable {
    package private(set) var since: Instant
    private let plan: ResourcePlan
    private let previous: ResourceProgress
    private let overlap: Duration
    /// How far its pages have come.
    private(set) var window = PageWindow()
    /// When the first request that was answered left: a time that no clock puts later, and the one we wait by. A later
    /// time would be too late for changes made while we read.
    private var beginning: (cursor: Instant, own: Instant)?

    package enum Step: Sendable, Equatable {
        case more
        /// The poll has read everything; the next one begins where this one started.
        case complete(ResourceProgress)
    }

    package init(plan: ResourcePlan, progress: ResourceProgress, overlap: Duration) {
        self.plan = plan
        self.previous = progress
        self.overlap = overlap
        since = Self.lookBack(from: progress.cursor, by: overlap, plan)
    }

    package func target(pageSize: Int) -> RequestTarget {
        window.items(of: plan.search.expanded(at: since), pageSize: pageSize)
    }

    /// Takes the records of the page asked for.
    ///
    /// - Parameter sentAt: when it was asked for, by our own clock.
    package mutating func absorb(
        _ page: [PageWindow.Entry], total: Int?, pageSize: Int, clocks: AnswerClocks, sentAt: Instant
    ) -> Step {
        if beginning == nil {
            beginning = (clocks.earliestAsked, sentAt)
            if let server = clocks.server, restartBecauseClockWasSetBack(server, sentAt: sentAt) { return .more }
        }
        guard window.advance(page, total: total, pageSize: pageSize) == .end, let beginning else { return .more }
        var progress = previous
        progress.cursor = beginning.cursor
        progress.polledAt = beginning.own
        return .complete(progress)
    }

    /// A server whose clock ran ahead stamped changes with times to come, and once its clock is right again, new changes
    /// carry stamps from before our cursor, whether or not the clock has caught up with that in the meantime. What
    /// happened since the last poll is then asked for by its length instead. The cursor may be our own clock's, which was
    /// earlier: what was stamped after it is asked for anyway.
    private mutating func restartBecauseClockWasSetBack(_ server: AnswerClocks.Span, sentAt: Instant) -> Bool {
        guard let polledAt = previous.polledAt else { return false }
        let sinceLastPoll = max(.zero, sentAt - polledAt)
        // Stamps are cut to seconds; besides, a setback within the overlap is read anyway.
        let tolerance = min(Limits.clockTolerance, max(overlap, .seconds(2)))
        guard server.answered - sinceLastPoll < previous.cursor - tolerance else { return false }
        // No server is wrong by more than a day. If it seems so, it was our own clock.
        let base = max(server.asked - sinceLastPoll, previous.cursor - .hours(24))
        since = min(since, Self.lookBack(from: base, by: overlap, plan))
        window = PageWindow()
        return true
    }

    private static func lookBack(from cursor: Instant, by overlap: Duration, _ plan: ResourcePlan) -> Instant {
        (cursor - overlap - plan.pollDelay - Limits.stampMargin).wholeSecond
    }
}
