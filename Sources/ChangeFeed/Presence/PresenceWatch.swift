// Looks for records that are no longer there, cheapest first: one count, a search by ranks, a sweep through all ids.

/// Decides what is to be asked next about the presence of one resource's records, and what the answers mean.
///
///     poll complete ──► count ──► balanced
///                         └─ differs ──► search ──► suspects ──► a GET for each ──► 404: deleted, 403: hidden, 200: unlisted
///                                          └─ found nothing, differs again ──► sweep
///     sweep_interval passed ──► sweep ──► suspects …
package struct PresenceWatch: Sendable {
    package enum Errand: Sendable, Equatable {
        case count
        case search(skip: Int, top: Int)
        case look(RecordID)
        /// A record that the list has just shown: does a GET find it?
        case control(RecordID)
        case sweep
    }

    let sweepInterval: Duration
    private let searchPage: Int
    private let sweepPage: Int
    private var tally: PresenceTally
    /// Different batches of suspects, so that some that cannot be answered for do not hide the others.
    private var batches = 0
    private var countIsDue = false
    private var countedAt: Instant?
    private var pursuit: CountPursuit
    private var search: AbsenceSearch?
    private var foundBySearch = 0
    private var foundBySweep = 0
    private var sweepIsUrgent = false
    /// The sweep under way had begun before the difference was seen: another one is needed.
    private var sweepsAgain = false
    private var nextSweepPage = Instant.distantPast
    private var lookups = LookupQueue()
    private var control = LookupControl()
    private var guarding = MassAbsenceGuard()
    private var rests = ErrandRests()
    /// Counts without `X-Total-Count` in a row, and searches that met no order of ids; after some, only sweeps are left.
    private var countless = 0
    private var orderless = 0

    /// - Parameters:
    ///   - searchPage: ids in one page of a search.
    ///   - sweepPage: records in one page of a sweep.
    ///   - tally: what the store knows when the process begins.
    package init(sweepInterval: Duration, searchPage: Int, sweepPage: Int, tally: PresenceTally = PresenceTally()) {
        self.sweepInterval = sweepInterval
        self.searchPage = searchPage
        self.sweepPage = sweepPage
        self.tally = tally
        pursuit = CountPursuit(sweepInterval: sweepInterval, searchPage: searchPage)
    }

    /// A poll has read everything: what is known is now as fresh as it can be, and worth counting.
    ///
    /// - Parameter spacing: the least time between two counts, where the budget has no room for one a poll.
    package mutating func pollEnded(at now: Instant, spacing: Duration) {
        if let countedAt, now - countedAt < max(spacing, Limits.countSpacing), now >= countedAt { return }
        countIsDue = countless < Limits.errandsBeforeGivenUp
    }

    /// The next thing to ask, and from when on. There is always one: a sweep comes for certain.
    package func errand(_ progress: PresenceProgress, at now: Instant) -> (errand: Errand, from: Instant) {
        var errands: [(errand: Errand, from: Instant)] = []
        // While a difference is being looked into, another count tells nothing new.
        if let next = search?.next { errands.append((.search(skip: next.skip, top: next.top), rests.from(.search))) }
        if let look = nextLook(progress, at: now) { errands.append(look) }
        if countIsDue { errands.append((.count, rests.from(.count))) }
        let sweep = (errand: Errand.sweep, from: max(rests.from(.sweep), nextSweep(progress, at: now)))
        errands.append(sweep)
        return errands.first { $0.from <= now } ?? errands.min { $0.from < $1.from } ?? sweep
    }

    private func nextLook(_ progress: PresenceProgress, at now: Instant) -> (errand: Errand, from: Instant)? {
        let from = rests.from(.look)
        if let id = lookups.stranger(at: now) { return (.look(id), from) }
        let suspects = guarding.suspects(of: tally, hold: progress.hold, at: now)
        guard let suspect = lookups.first(of: suspects, at: now) else {
            // One that is gone only becomes a suspect.
            return lookups.first(of: lookups.rechecks, at: now).map { (.look($0), from) }
        }
        if control.isConfirmed(at: now) { return (.look(suspect), from) }
        if let witness = control.witness { return (.control(witness), max(from, control.notBefore)) }
        // Of an empty list there is nobody to ask for: many that vanished are held, the last few are believed.
        guard control.listIsEmpty else { return nil }
        return progress.hold == .released || !tally.isMass ? (.look(suspect), max(from, control.notBefore)) : nil
    }

    private func nextSweep(_ progress: PresenceProgress, at now: Instant) -> Instant {
        if sweepIsUrgent { return .distantPast }
        if progress.walk != nil { return nextSweepPage }
        // A time to come was written under a clock that ran ahead. A sweep takes up to a quarter of the interval.
        return progress.sweptAt.map { min($0, now) + .microseconds(sweepInterval.microseconds * 3 / 4) }
            ?? .distantPast
    }

    /// What the answer for a record asked for by its id is to be taken for.
    package mutating func step(
        _ errand: Errand, _ id: RecordID, _ verdict: LookupVerdict, _ progress: PresenceProgress
    ) -> PresenceStep {
        if case .control = errand { return .control(id, verdict) }
        if lookups.isStranger(id) { return .stranger(id, verdict) }
        let isSuspect = guarding.isSampled(id) || tally.batch.contains(id)
        if !isSuspect, lookups.isRecheck(id) { return .recheck(id, verdict) }
        if guarding.samples(tally, hold: progress.hold) { return .sample(id, verdict) }
        let isLastOfBatch = tally.suspects > 0 && tally.batch.allSatisfy { $0 == id }
        return .lookup(id, verdict, refill: isLastOfBatch ? batches : nil)
    }

    /// How many records a count should show, and which suspects it should bring.
    package var countTop: Int { control.countTop }
    package var nextBatch: Int { batches }

    /// How many records a page of the search may lack.
    package var plausiblyMissing: Int { search?.plausiblyMissing ?? 0 }
}

// MARK: - What came of it

extension PresenceWatch {
    /// A page with these records is in the store.
    package mutating func saw(_ ids: some Sequence<RecordID>) { lookups.saw(ids) }

    /// An errand brought no answer that says anything.
    package mutating func failed(
        _ errand: Errand, _ remedy: PageProblem.Remedy, progress: inout PresenceProgress, at now: Instant,
        jitter: Double
    ) -> [PresenceNotice] {
        guard remedy != .held else { return [] }
        var notice: PresenceNotice?
        switch errand {
        case .search:
            guard rests.failed(.search, remedy, at: now, jitter: jitter) >= Limits.errandsBeforeGivenUp else { break }
            search = nil
            rests.succeeded(.search)
            pursuit.searchEnded(found: 0)
        case .count:
            guard rests.failed(.count, remedy, at: now, jitter: jitter) >= Limits.errandsBeforeGivenUp else { break }
            countIsDue = false
            rests.rest(.count, until: now + Limits.sampleAgain)
        case .look(let id):
            control.covered()
            if lookups.failed(id, at: now) {
                notice = guarding.took(
                    tally, (id, nil), listIsEmpty: control.isListEmpty, hold: &progress.hold, at: now)
            }
            // The id rests by itself; only where nothing is answered at all does everything of the kind.
            _ = rests.failed(.look, .retry, at: now, jitter: jitter)
            let isStuck = lookups.first(of: tally.batch, at: now) == nil && tally.suspects > tally.batch.count
            if isStuck, countless < Limits.errandsBeforeGivenUp { countIsDue = true }
        case .control(let id):
            control.doubt(id, at: now)
            _ = rests.failed(.look, remedy, at: now, jitter: jitter)
        case .sweep:
            _ = rests.failed(.sweep, remedy, at: now, jitter: jitter)
        }
        return notice.map { [$0] } ?? []
    }

    /// The operator has released what was held: a commit soon, so that the store knows.
    package mutating func released() { countIsDue = countless < Limits.errandsBeforeGivenUp }

    /// The operator has dismissed what was held: there are no suspects any more.
    package mutating func dismissed() {
        (tally.suspects, tally.batch) = (0, [])
        released()
    }

    /// The list was asked for its count and gave none.
    package mutating func hasNoCount() -> PresenceNotice? {
        countIsDue = false
        countless += 1
        return countless == Limits.errandsBeforeGivenUp ? .noCount : nil
    }

    /// A step has been carried out and is in the store. Changes the progress where the answer decides something.
    package mutating func took(
        _ step: PresenceStep, _ finding: PresenceFinding, progress: inout PresenceProgress, at now: Instant
    ) -> [PresenceNotice] {
        if let tally = finding.tally {
            self.tally = tally
            batches += 1
        }
        let holdBefore = progress.hold
        var notices: [PresenceNotice?] = []
        switch step {
        case .count(let total, let shown, _):
            notices.append(took(count: total, shown, progress: &progress, at: now))
        case .compare(let page, _):
            notices.append(took(page, finding.comparison ?? IDComparison(), at: now))
        case .sweep(let ids, let stage):
            if ids.isEmpty, stage == .complete { control.sawEmptyList() } else { control.sawList(ids, at: now) }
            took(swept: finding, stage, at: now)
        case .lookup(let id, let verdict, _), .sample(let id, let verdict), .stranger(let id, let verdict),
            .recheck(let id, let verdict):
            settle(id, verdict, isCounted: finding.tally != nil, at: now)
        case .control(let id, let verdict):
            rests.succeeded(.look)
            notices.append(control.took(id, verdict, at: now))
        }
        notices.append(
            guarding.took(
                tally, step.answerOfSample, listIsEmpty: control.isListEmpty, hold: &progress.hold, at: now))
        // A commit soon, so that the store says so too.
        if progress.hold != holdBefore { countIsDue = countless < Limits.errandsBeforeGivenUp }
        return notices.compactMap(\.self)
    }

    private mutating func settle(_ id: RecordID, _ verdict: LookupVerdict, isCounted: Bool, at now: Instant) {
        rests.succeeded(.look)
        control.covered()
        lookups.settled(id, verdict, at: now)
        guard !isCounted, let place = tally.batch.firstIndex(of: id) else { return }
        tally.batch.remove(at: place)
        tally.suspects = max(0, tally.suspects - 1)
    }

    /// Known records less those that are suspects already, against what the list holds.
    private mutating func took(
        count total: Int, _ shown: [RecordID], progress: inout PresenceProgress, at now: Instant
    ) -> PresenceNotice? {
        countIsDue = false
        countless = 0
        countedAt = now
        rests.succeeded(.count)
        lookups.add(rechecks: tally.rechecks)
        if total == 0 { control.sawEmptyList() } else { control.sawList(shown, at: now) }
        let explained = lookups.explainedStrangers(at: now)
        let difference = tally.listed + explained - total - progress.bias
        guard search == nil, !sweepIsUrgent || difference == 0 else { return nil }
        let expected = total + progress.bias - explained
        let canSearch = orderless < Limits.errandsBeforeGivenUp
        switch pursuit.judge(difference: difference, total: max(0, expected), canSearch: canSearch, at: now) {
        case .balanced:
            (sweepIsUrgent, sweepsAgain) = (false, false)
        case .wait:
            break
        case .search(let total):
            search = AbsenceSearch(listed: tally.listed, total: total, pageSize: searchPage)
            foundBySearch = 0
        case .sweep:
            (sweepIsUrgent, sweepsAgain) = (true, progress.walk != nil)
        case .bias(let difference):
            progress.bias += difference
            return .countDiffers(by: progress.bias)
        }
        return nil
    }

    private mutating func took(_ page: IDPage, _ comparison: IDComparison, at now: Instant) -> PresenceNotice? {
        rests.succeeded(.search)
        if page.ids.isEmpty, page.reachesStart { control.sawEmptyList() } else { control.sawList(page.ids, at: now) }
        foundBySearch += comparison.missing + comparison.returned
        foundBySearch += lookups.add(strangers: comparison.strangers, at: now)
        lookups.add(rechecks: comparison.stale)
        guard var search else { return nil }
        search.absorb(page, comparison)
        guard search.next == nil else {
            self.search = search
            return nil
        }
        self.search = nil
        pursuit.searchEnded(found: foundBySearch)
        guard search.isBroken, !page.isOrdered else {
            orderless = 0
            return nil
        }
        orderless += 1
        return orderless == Limits.errandsBeforeGivenUp ? .listNotAscending : nil
    }

    private mutating func took(swept finding: PresenceFinding, _ stage: SweepStage, at now: Instant) {
        rests.succeeded(.sweep)
        let comparison = finding.comparison ?? IDComparison()
        foundBySweep += comparison.missing + comparison.returned
        foundBySweep += lookups.add(strangers: comparison.strangers, at: now)
        lookups.add(rechecks: comparison.stale)
        guard stage != .underWay else { return paceSweep(at: now) }
        lookups.add(rechecks: finding.tally?.rechecks ?? [])
        // What the API could not do may have been for the day.
        (countless, orderless) = (0, 0)
        if sweepsAgain {
            sweepsAgain = false
        } else if sweepIsUrgent {
            sweepIsUrgent = false
            pursuit.urgentSweepEnded(isConclusive: stage == .complete, found: foundBySweep)
        }
        foundBySweep = 0
    }

    /// A sweep is in no hurry, unless it looks for a difference that is known: others' requests come first, and it ends
    /// long before the next one is due.
    private mutating func paceSweep(at now: Instant) {
        let pages = max(1, (tally.listed + tally.suspects) / max(1, sweepPage))
        let spacing = min(Limits.sweepSpacing, .microseconds(sweepInterval.microseconds / 4 / Int64(pages)))
        nextSweepPage = now + spacing
    }
}
