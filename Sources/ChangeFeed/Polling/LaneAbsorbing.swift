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
        var clocks = AnswerClocks(response, sentAt: inFlight?.sentAt ?? now, now: now)
        clocks.stampedUpTo = stampedUpTo
        let before = progress ?? ResourceProgress(start: start, clocks: clocks)
        var records: [SeenRecord] = []
        var gaps: LaneAnswer.Gaps = []
        if case .records(let seen, let withoutID) = answer { (records, gaps) = (seen, withoutID) }
        if !records.isEmpty { hasReadIDs = true }
        var detector = ChangeDetector(
            plan: plan, newsThreshold: before.newsThreshold, baselineIsComplete: before.baseline == .complete,
            onlyByID: onlyByID, readUpTo: before.cursor, readAt: clocks.earliestAnswered)
        if before.polledAt == nil, let firstContact = before.firstContact {
            detector.credibleStamps = progress == nil ? [] : clocks.stamps(since: firstContact)
        }
        noteStamps(of: records, clocks)
        var commit = PageCommit(
            plan: plan, records: records, sighting: sighting, detector: detector, progress: before, budget: budget)
        if !gaps.isEmpty { commit.warning = idlessWarning }
        let places = LaneAnswer.places(Self.entries(records), withoutID: gaps)
        if now - paceKept >= Limits.paceKept || now < paceKept { commit.pace = pace }
        switch workInFlight {
        case .errand(let errand)?:
            absorb(answer, errand, total: response.totalCount, into: &commit, at: now)
        case .poll?, .hintedPoll?:
            absorbPoll(places, total: response.totalCount, clocks: clocks, into: &commit, at: now)
        default:
            let position = walk.advance(places, total: response.totalCount, pageSize: pageSize.current)
            commit.reading = .sweep
            if position == .end { commit.endedReadings = [.sweep] }
            let ending = walk.ignoresOffset ? ResourceProgress.Baseline.partial : .complete
            commit.progress.baseline = position == .end ? ending : .walking(covered: walk.covered, last: walk.last)
            if position == .end { commit.progress.presence.sweptAt = now }
            warn(of: walk, in: &commit)
            pageSize.tookPage()
        }
        return commit
    }

    /// Only where our own clock is of no use: else nobody asks for it.
    private mutating func noteStamps(of records: [SeenRecord], _ clocks: AnswerClocks) {
        guard clocks.isOwnFarBehind, let server = clocks.server else { return }
        guard let latest = records.compactMap({ plan.stamp(of: $0.record) }).max() else { return }
        stampedUpTo = max(stampedUpTo ?? .distantPast, min(latest, server.asked))
    }

    private var sighting: Sighting {
        switch workInFlight {
        case .poll?, .hintedPoll?: .search
        case .errand(.look)?, .errand(.control)?: .byID
        default: .list
        }
    }

    private mutating func absorbPoll(
        _ places: [PageWindow.Entry], total: Int?, clocks: AnswerClocks, into commit: inout PageCommit,
        at now: Instant
    ) {
        guard var run else { return }
        let step = run.absorb(
            places, total: total, pageSize: pageSize.current, clocks: clocks,
            sentAt: inFlight?.sentAt ?? now)
        warn(of: run.window, in: &commit)
        pageSize.tookPage()
        self.run = run
        commit.reading = .poll
        if case .complete(let progress) = step {
            commit.progress.cursor = progress.cursor
            commit.progress.polledAt = progress.polledAt
            commit.endedReadings = [.poll]
            // A sweep that nobody carries on any more has ended as well.
            if watch == nil, commit.progress.baseline.isOver { commit.endedReadings.append(.sweep) }
            self.run = nil
        }
    }

    private mutating func absorb(
        _ answer: LaneAnswer, _ errand: PresenceWatch.Errand, total: Int?, into commit: inout PageCommit,
        at now: Instant
    ) {
        switch (errand, answer) {
        case (.look(let id), .verdict(let verdict)):
            if case .present(let seen) = verdict { commit.records = [seen] }
            commit.presence = watch?.step(errand, id, verdict, commit.progress.presence)
        case (.control(let id), .verdict(let verdict)):
            // It proves that the record is there. What it says of it, the list has just said.
            commit.presence = watch?.step(errand, id, verdict, commit.progress.presence)
        case (.search(let skip, let top), .ids(let ids, _)):
            commit.presence = .compare(
                IDPage(skip: skip, top: top, ids: ids), plausiblyMissing: watch?.plausiblyMissing ?? 0)
        case (.count, .ids(let ids, _)):
            commit.presence = total.map { .count(total: $0, shown: ids, batch: watch?.nextBatch ?? 0) }
        case (.sweep, .ids(let ids, let gaps)):
            absorbSweep(ids, withoutID: gaps, total: total, into: &commit, at: now)
        case (.sweep, .records(let records, let gaps)):
            absorbSweep(records.map(\.id), withoutID: gaps, total: total, into: &commit, at: now)
        default:
            break
        }
    }

    private mutating func absorbSweep(
        _ ids: [RecordID], withoutID gaps: LaneAnswer.Gaps, total: Int?, into commit: inout PageCommit, at now: Instant
    ) {
        if commit.progress.presence.walk == nil { commit.progress.presence.sweeps += 1 }
        // By id alone: a list in the order of ids has no reason to move a record.
        let places = LaneAnswer.places(ids.map { PageWindow.Entry($0) }, withoutID: gaps)
        let position = sweep.advance(places, total: total, pageSize: sweepPageSize)
        let ending: SweepStage = sweep.isConnected ? .complete : .inconclusive
        commit.presence = .sweep(ids, position == .end ? ending : .underWay)
        warn(of: sweep, in: &commit)
        commit.reading = .sweep
        if position == .end { commit.endedReadings = [.sweep] }
        if position == .end {
            if commit.progress.baseline == .partial, sweep.isConnected, !sweep.ignoresOffset {
                commit.progress.baseline = .complete
            }
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

    private func warn(of window: PageWindow, in commit: inout PageCommit) {
        if !window.isConnected { commit.warning = Self.gapWarning }
        if window.ignoresOffset { commit.warning = Self.offsetWarning }
    }

    private var idlessWarning: String {
        "records without an id (\(plan.idField)) are left out: nothing can be told of them. Check the records in Insightly, "
            + "and the idField of \"\(plan.name)\" in event.poller.configuration"
    }

    private static let offsetWarning =
        "the API answers every offset (skip) with the same page, so that nothing beyond it can be read: changes of other "
        + "records are missed. Check the url and the pageSize of the resource, and what stands between here and the API"

    private static let gapWarning =
        "the pages of this resource do not follow each other: the API's order changes from page to page. Records may have "
        + "been stepped over; a larger pageSize or a shorter refresh_interval makes fewer pages"
}
