// What a count that differs from the known records leads to, and how often.

/// Decides between waiting, searching and sweeping, and gives up where nothing explains the difference.
struct CountPursuit: Sendable {
    enum Verdict: Sendable, Equatable {
        case balanced
        case wait
        case search(total: Int)
        case sweep
        /// The lists are complete, and the count is of something else: of records that this key may not see, say.
        case bias(Int)
    }

    private let sweepInterval: Duration
    private let searchPage: Int
    /// The last count held more than is known: a record created since the last poll, most likely.
    private var surplusWasSeen = false
    /// The last search found nothing of it.
    private var hasSearched = false
    /// A sweep that began after the difference was seen has ended: what remains is not explained by it.
    private var awaitsRemainder = false
    private var remainder: (difference: Int, sweeps: Int)?
    private var searches = 0
    private var sweeps = 0
    private var nextSearch = Instant.distantPast
    private var nextSweep = Instant.distantPast

    init(sweepInterval: Duration, searchPage: Int) {
        self.sweepInterval = sweepInterval
        self.searchPage = searchPage
    }

    /// - Parameter difference: by how many the known records are more than the list holds, as far as that is not allowed for.
    mutating func judge(difference: Int, total: Int, canSearch: Bool, at now: Instant) -> Verdict {
        guard difference != 0 else {
            self = CountPursuit(sweepInterval: sweepInterval, searchPage: searchPage)
            return .balanced
        }
        if difference < 0, !surplusWasSeen {
            surplusWasSeen = true
            return .wait
        }
        surplusWasSeen = false
        if awaitsRemainder, isUnexplained(difference) {
            self = CountPursuit(sweepInterval: sweepInterval, searchPage: searchPage)
            return .bias(difference)
        }
        let isWorthwhile = AbsenceSearch.isWorthwhile(
            listed: total + difference, total: total, pageSize: searchPage)
        return canSearch && !hasSearched && isWorthwhile ? searchAgain(total, at: now) : sweepAgain(at: now)
    }

    /// What is deleted behind a sweep's back leaves the same trace as a wrong count, and is found by the next sweep.
    private mutating func isUnexplained(_ difference: Int) -> Bool {
        awaitsRemainder = false
        let before = remainder.flatMap { $0.difference == difference ? $0.sweeps : nil } ?? 0
        remainder = (difference, before + 1)
        return before + 1 >= Limits.sweepsBeforeBias
    }

    private mutating func searchAgain(_ total: Int, at now: Instant) -> Verdict {
        guard now >= nextSearch else { return .wait }
        searches += 1
        if searches > 2 { nextSearch = now + Limits.searchBackoff.wait(afterFailures: searches - 2, jitter: 0) }
        return .search(total: total)
    }

    private mutating func sweepAgain(at now: Instant) -> Verdict {
        guard now >= nextSweep else { return .wait }
        sweeps += 1
        if sweeps >= 2 {
            let backoff = Backoff(first: Limits.urgentSweepRest, longest: max(sweepInterval, Limits.urgentSweepRest))
            nextSweep = now + backoff.wait(afterFailures: sweeps - 1, jitter: 0)
        }
        return .sweep
    }

    mutating func searchEnded(found: Int) { hasSearched = found == 0 }

    /// Only a sweep that found nothing says that there is nothing to be found: what it did find may be all of it, and what
    /// the next count shows something new.
    mutating func urgentSweepEnded(isConclusive: Bool, found: Int) {
        awaitsRemainder = isConclusive && found == 0
        if found > 0 { remainder = nil }
    }
}
