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
        case sweep
    }

    /// What has been tried on a difference between the count and the known records.
    private enum Pursuit: Sendable, Equatable {
        case none
        case searched
        /// So many sweeps that began after the difference was seen have found nothing.
        case swept(difference: Int, times: Int)
    }

    private let sweepInterval: Duration
    private let searchPage: Int
    private let sweepPage: Int
    private var tally = PresenceTally()
    private var countIsDue = false
    private var countedAt: Instant?
    private var search: AbsenceSearch?
    private var pursuit = Pursuit.none
    private var difference = 0
    /// The last count held more than is known: a record created since the last poll, most likely.
    private var surplusWasSeen = false
    private var sweepIsUrgent = false
    /// The sweep under way had begun before the difference was seen: another one is needed.
    private var sweepsAgain = false
    private var foundBySweep = 0
    private var nextSweepPage = Instant.distantPast
    private var lookups = LookupQueue()
    private var guarding = MassAbsenceGuard()
    private var notBefore = Instant.distantPast
    private var failuresInARow = 0
    /// Lists without `X-Total-Count` cannot be counted.
    private var cannotCount = false
    private var cannotSearch = false

    /// - Parameters:
    ///   - searchPage: ids in one page of a search.
    ///   - sweepPage: records in one page of a sweep.
    package init(sweepInterval: Duration, searchPage: Int, sweepPage: Int) {
        self.sweepInterval = sweepInterval
        self.searchPage = searchPage
        self.sweepPage = sweepPage
    }

    /// A poll has read everything: what is known is now as fresh as it can be, and worth counting.
    ///
    /// - Parameter spacing: the least time between two counts, where the budget has no room for one a poll.
    package mutating func pollEnded(at now: Instant, spacing: Duration) {
        if let countedAt, now - countedAt < max(spacing, Limits.countSpacing), now >= countedAt { return }
        countIsDue = !cannotCount
    }

    /// The next thing to ask, and from when on. There is always one: a sweep comes for certain.
    package func errand(_ progress: PresenceProgress, at now: Instant) -> (errand: Errand, from: Instant) {
        // While a difference is being looked into, another count tells nothing new.
        if let next = search?.next { return (.search(skip: next.skip, top: next.top), notBefore) }
        let suspects = guarding.suspects(of: tally, hold: progress.hold, at: now)
        if let id = lookups.first(suspects: suspects, at: now) { return (.look(id), notBefore) }
        if countIsDue { return (.count, notBefore) }
        return (.sweep, max(notBefore, nextSweep(progress, at: now)))
    }

    private func nextSweep(_ progress: PresenceProgress, at now: Instant) -> Instant {
        if sweepIsUrgent { return .distantPast }
        if progress.walk != nil { return nextSweepPage }
        // A time to come was written under a clock that ran ahead.
        // A sweep takes up to a quarter of the interval.
        return progress.sweptAt.map { min($0, now) + .microseconds(sweepInterval.microseconds * 3 / 4) }
            ?? .distantPast
    }

    /// What the answer for a record asked for by its id is to be taken for.
    package mutating func step(_ id: RecordID, _ verdict: LookupVerdict, _ progress: PresenceProgress) -> PresenceStep {
        if lookups.isStranger(id) || lookups.isRecheck(id) { return .lookup(id, verdict) }
        return guarding.samples(tally, hold: progress.hold) ? .sample(id, verdict) : .lookup(id, verdict)
    }

    /// Whether a record that is missing from the lists was found by its id before.
    package func hasFound(_ id: RecordID) -> Bool { lookups.hasFound(id) }

    /// How many records a page of the search may lack.
    package var plausiblyMissing: Int { search?.plausiblyMissing ?? 0 }
}

// MARK: - What came of it

extension PresenceWatch {
    /// An errand brought no answer that says anything.
    package mutating func failed(_ errand: Errand, _ remedy: PageProblem.Remedy, at now: Instant, jitter: Double) {
        if case .look(let id) = errand { lookups.failed(id, at: now) }
        switch remedy {
        case .held:
            break
        case .retry:
            failuresInARow += 1
            notBefore = now + Limits.failureBackoff.wait(afterFailures: failuresInARow, jitter: jitter)
        case .needsAttention:
            failuresInARow += 1
            notBefore = now + Limits.refusalBackoff.wait(afterFailures: failuresInARow, jitter: jitter)
        }
    }

    /// The list was asked for its count and gave none.
    package mutating func hasNoCount() -> PresenceNotice? {
        defer { cannotCount = true }
        countIsDue = false
        return cannotCount ? nil : .noCount
    }

    /// A step has been carried out and is in the store. Changes the progress where the answer decides something.
    package mutating func took(
        _ step: PresenceStep, _ finding: PresenceFinding, progress: inout PresenceProgress, at now: Instant
    ) -> [PresenceNotice] {
        failuresInARow = 0
        let before = tally
        tally = finding.tally ?? tally
        var notices: [PresenceNotice?] = []
        switch step {
        case .count(let total):
            countIsDue = false
            countedAt = now
            notices.append(judge(total: total, progress: &progress))
        case .compare(let page, _):
            notices.append(took(page, finding.comparison ?? IDComparison()))
        case .sweep(_, let stage):
            took(swept: finding, stage, at: now)
        case .lookup(let id, let verdict):
            lookups.settled(id, verdict)
        case .sample(let id, let verdict):
            lookups.settled(id, verdict)
            notices.append(guarding.took(id, verdict, tally: tally, hold: &progress.hold, at: now))
            // A commit soon, so that the store says so too.
            if progress.hold == .held(since: now) { countIsDue = !cannotCount }
        }
        notices.append(guarding.took(tally, before: before, hold: &progress.hold))
        return notices.compactMap(\.self)
    }

    /// Known records less those that are suspects already, against what the list holds.
    private mutating func judge(total: Int, progress: inout PresenceProgress) -> PresenceNotice? {
        let known = tally.listed + lookups.strangers.count
        difference = known - total - progress.bias
        guard difference != 0 else {
            lookups.listAgrees()
            pursuit = .none
            surplusWasSeen = false
            return nil
        }
        if difference < 0, !surplusWasSeen {
            surplusWasSeen = true
            return nil
        }
        surplusWasSeen = false
        if pursuit == .swept(difference: difference, times: Limits.sweepsBeforeBias) {
            // The lists are complete, and the count is of something else: of records that this key may not see, say. What
            // was deleted while one sweep had passed it was found by the other.
            progress.bias += difference
            pursuit = .none
            return .countDiffers(by: progress.bias)
        }
        let expected = total + progress.bias
        var maySearch = !cannotSearch && pursuit != .searched
        if case .swept(difference, _) = pursuit { maySearch = false }
        if maySearch, AbsenceSearch.isWorthwhile(listed: known, total: expected, pageSize: searchPage) {
            search = AbsenceSearch(listed: tally.listed, total: expected, pageSize: searchPage)
        } else {
            sweepIsUrgent = true
            sweepsAgain = progress.walk != nil
        }
        return nil
    }

    private mutating func took(_ page: IDPage, _ comparison: IDComparison) -> PresenceNotice? {
        lookups.add(strangers: comparison.strangers)
        guard var search else { return nil }
        search.absorb(page, comparison)
        guard search.next == nil else {
            self.search = search
            return nil
        }
        self.search = nil
        pursuit = search.found == 0 ? .searched : .none
        guard search.isBroken, !page.isOrdered else { return nil }
        cannotSearch = true
        return .listNotAscending
    }

    private mutating func took(swept finding: PresenceFinding, _ stage: SweepStage, at now: Instant) {
        let comparison = finding.comparison ?? IDComparison()
        lookups.add(strangers: comparison.strangers)
        foundBySweep += comparison.returned + comparison.strangers.count
        guard stage != .underWay else { return paceSweep(at: now) }
        lookups.add(rechecks: tally.rechecks)
        foundBySweep += comparison.missing
        if sweepsAgain {
            sweepsAgain = false
        } else {
            pursuit = foundBySweep == 0 && sweepIsUrgent ? sweptOnceMore : .none
            sweepIsUrgent = false
        }
        foundBySweep = 0
    }

    private var sweptOnceMore: Pursuit {
        guard case .swept(difference, let times) = pursuit else { return .swept(difference: difference, times: 1) }
        return .swept(difference: difference, times: times + 1)
    }

    /// A sweep is in no hurry, unless it looks for a difference that is known: others' requests come first, and it ends
    /// long before the next one is due.
    private mutating func paceSweep(at now: Instant) {
        let pages = max(1, (tally.listed + tally.suspects) / max(1, sweepPage))
        let spacing = min(Limits.sweepSpacing, .microseconds(sweepInterval.microseconds / 4 / Int64(pages)))
        nextSweepPage = now + spacing
    }
}
