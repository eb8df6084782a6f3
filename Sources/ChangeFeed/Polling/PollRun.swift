// One poll of one resource: everything changed since a time, page by page, until the cursor may move.

/// A poll under way.
///
/// Its pages are committed as they come; the cursor moves with the last one only. A poll cut short by a crash begins
/// again at the old cursor, and what it had read already is then known and unchanged.
package struct PollRun: Sendable {
    package private(set) var since: Instant
    private let startedAt: Instant
    private let plan: ResourcePlan
    private let previous: ResourceProgress
    private let overlap: Duration
    private var window: PageWindow
    /// The server's clock when the poll began; a later one would be too late for changes made while we read.
    private var serverStart: Instant?
    private var seen: Set<RecordID> = []
    private var rereads = 0

    package enum Step: Sendable, Equatable {
        case more
        /// The poll has read everything; the next one begins where this one started.
        case complete(ResourceProgress)
    }

    package init(plan: ResourcePlan, progress: ResourceProgress, overlap: Duration, startedAt: Instant) {
        self.plan = plan
        self.previous = progress
        self.overlap = overlap
        self.startedAt = startedAt
        window = PageWindow(pageSize: plan.pageSize)
        since = Self.lookBack(from: progress.cursor, by: overlap, plan)
    }

    package var request: APIRequest {
        APIRequest(target: window.items(of: plan.search.expanded(at: since)))
    }

    /// Takes the records of the page asked for.
    ///
    /// - Parameter serverTime: the server's clock when the request was made, where it told.
    package mutating func absorb(ids: [RecordID], total: Int?, serverTime: Instant?) -> Step {
        let isFirstAnswer = serverStart == nil
        serverStart = serverStart ?? serverTime ?? startedAt
        if isFirstAnswer, restartBecauseClockWasSetBack() { return .more }

        seen.formUnion(ids)
        guard window.advance(count: ids.count, total: total) == .end else { return .more }
        if let total, seen.count < total, rereads < Limits.rereads {
            rereads += 1
            restart()
            return .more
        }
        var progress = previous
        progress.cursor = serverStart ?? startedAt
        progress.polledAt = startedAt
        return .complete(progress)
    }

    /// A server whose clock ran ahead stamped changes with times to come, and once its clock is right again, new changes
    /// carry stamps from before our cursor. What happened since the last poll is then asked for by its length instead.
    private mutating func restartBecauseClockWasSetBack() -> Bool {
        guard let serverStart, let polledAt = previous.polledAt,
            serverStart < previous.cursor - Limits.clockTolerance
        else { return false }
        let sinceLastPoll = max(.zero, startedAt - polledAt)
        since = min(since, Self.lookBack(from: serverStart - sinceLastPoll, by: overlap, plan))
        restart()
        return true
    }

    private mutating func restart() {
        window = PageWindow(pageSize: plan.pageSize)
        seen = []
    }

    private static func lookBack(from cursor: Instant, by overlap: Duration, _ plan: ResourcePlan) -> Instant {
        (cursor - overlap - plan.pollDelay - Limits.stampMargin).wholeSecond
    }
}
