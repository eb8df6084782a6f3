// What a lane makes of an answer: what is to be committed, and the progress once it is.

extension ResourceLane {
    /// Whether the page asked for is read for its ids only.
    var asksForIDs: Bool {
        switch workInFlight {
        case .errand(.count), .errand(.search): true
        case .errand(.sweep): inFlight?.request.target.query.contains(Self.brief) ?? false
        default: false
        }
    }

    /// The record that is being asked for by its id.
    var recordInFlight: RecordID? {
        switch workInFlight {
        case .errand(.look(let id)), .errand(.control(let id)): id
        default: nil
        }
    }

    private static let brief = QueryItem("brief", "true")

    func target(of errand: PresenceWatch.Errand) -> RequestTarget {
        var target = plan.listing
        switch errand {
        case .count:
            let top = String(watch?.countTop ?? 1)
            target.query += [QueryItem("top", top), Self.brief, QueryItem("count_total", "true")]
        case .search(let skip, let top):
            target.query += [QueryItem("skip", String(skip)), QueryItem("top", String(top)), Self.brief]
        case .look(let id), .control(let id):
            target = RequestTarget(path: plan.recordPath + "/" + id.text)
        case .sweep:
            // Whole records, so that an edit is found that moved no stamp; of heavy ones the ids alone.
            target = sweep.items(of: target, pageSize: sweepPageSize)
            if pageSize.isShrunk { target.query.append(Self.brief) }
        }
        return target
    }

    private var sweepPageSize: Int { max(2, pageSize.isShrunk ? plan.idPageSize : plan.pageSize) }

    /// Takes an answer and says what to commit; the progress counts only once `finish` is told that it was committed.
    package mutating func absorb(
        _ answer: LaneAnswer, of response: APIResponse, budget: RequestBudget.Memory, at now: Instant
    ) -> PageCommit {
        // The answer is stamped when it leaves the server, cut to a second; the query ran no earlier than it was sent.
        let serverTime = response.date.map { date in
            ServerTime(asked: (date - response.duration).wholeSecond, answered: date)
        }
        let before =
            progress
            ?? ResourceProgress(
                start: start, asked: serverTime?.asked ?? inFlight?.sentAt ?? now, answered: response.date ?? now)
        var records: [SeenRecord] = []
        if case .records(let seen) = answer { records = seen }
        let detector = ChangeDetector(
            plan: plan, newsThreshold: before.newsThreshold, baselineIsComplete: before.baseline == .complete)
        var commit = PageCommit(
            plan: plan, records: records, sighting: sighting, detector: detector, progress: before, budget: budget)
        if now - paceKept >= Limits.paceKept || now < paceKept { commit.pace = pace }
        switch workInFlight {
        case .errand(let errand)?:
            absorb(answer, errand, total: response.totalCount, into: &commit, at: now)
        case .poll?:
            absorbPoll(total: response.totalCount, serverTime: serverTime, into: &commit, at: now)
        default:
            let position = walk.advance(Self.entries(records), total: response.totalCount, pageSize: pageSize.current)
            commit.progress.baseline =
                position == .end ? .complete : .walking(covered: walk.covered, last: walk.last)
            if position == .end { commit.progress.presence.sweptAt = now }
            if !walk.isConnected { commit.warning = Self.gapWarning }
            pageSize.tookPage()
        }
        return commit
    }

    private var sighting: Sighting {
        switch workInFlight {
        case .poll?: .search
        case .errand(.look(let id))?: .byID(again: watch?.hasFound(id) ?? false)
        case .errand(.control)?: .byID(again: false)
        default: .list
        }
    }

    private mutating func absorbPoll(
        total: Int?, serverTime: ServerTime?, into commit: inout PageCommit, at now: Instant
    ) {
        guard var run else { return }
        let step = run.absorb(
            Self.entries(commit.records), total: total, pageSize: pageSize.current, serverTime: serverTime,
            sentAt: inFlight?.sentAt ?? now)
        if !run.isConnected { commit.warning = Self.gapWarning }
        pageSize.tookPage()
        self.run = run
        if case .complete(let progress) = step {
            commit.progress.cursor = progress.cursor
            commit.progress.polledAt = progress.polledAt
            self.run = nil
        }
    }

    private mutating func absorb(
        _ answer: LaneAnswer, _ errand: PresenceWatch.Errand, total: Int?, into commit: inout PageCommit,
        at now: Instant
    ) {
        switch (errand, answer) {
        case (.look(let id), .verdict(let verdict)), (.control(let id), .verdict(let verdict)):
            if case .present(let seen) = verdict { commit.records = [seen] }
            commit.presence = watch?.step(errand, id, verdict, commit.progress.presence)
        case (.search(let skip, let top), .ids(let ids)):
            commit.presence = .compare(
                IDPage(skip: skip, top: top, ids: ids), plausiblyMissing: watch?.plausiblyMissing ?? 0)
        case (.count, .ids(let ids)):
            commit.presence = total.map { .count(total: $0, shown: ids, batch: watch?.nextBatch ?? 0) }
        case (.sweep, .ids(let ids)):
            absorbSweep(ids, total: total, into: &commit, at: now)
        case (.sweep, .records(let records)):
            absorbSweep(records.map(\.id), total: total, into: &commit, at: now)
        default:
            break
        }
    }

    private mutating func absorbSweep(
        _ ids: [RecordID], total: Int?, into commit: inout PageCommit, at now: Instant
    ) {
        if commit.progress.presence.walk == nil { commit.progress.presence.sweeps += 1 }
        // By id alone: a list in the order of ids has no reason to move a record.
        let position = sweep.advance(ids.map { PageWindow.Entry($0) }, total: total, pageSize: sweepPageSize)
        let ending: SweepStage = sweep.isConnected ? .complete : .inconclusive
        commit.presence = .sweep(ids, position == .end ? ending : .underWay)
        if !sweep.isConnected { commit.warning = Self.gapWarning }
        if position == .end {
            commit.progress.presence.walk = nil
            commit.progress.presence.sweptAt = now
            sweep = PageWindow()
        } else {
            commit.progress.presence.walk = .init(covered: sweep.covered, last: sweep.last)
        }
    }

    private static func entries(_ records: [SeenRecord]) -> [PageWindow.Entry] {
        records.map { PageWindow.Entry($0.id, $0.fingerprint) }
    }

    private static let gapWarning =
        "the pages of this resource do not follow each other: the API's order changes from page to page. Records may have "
        + "been stepped over; a larger pageSize or a shorter refresh_interval makes fewer pages"
}
