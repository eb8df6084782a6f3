// That somebody wants a resource polled before its time: an operator, or a hint of which nobody knows who sent it.

/// What is wanted of one resource, until a poll has begun that came after it.
struct EarlyPolls: Sendable, Equatable {
    /// An operator wants a poll.
    private(set) var isAskedFor = false
    /// When the last poll began that an operator had wanted.
    private var lastAskedFor: Instant?
    /// The first hint since the last poll began.
    private(set) var hintedAt: Instant?
    /// Of the hinted poll that began last.
    private(set) var lastHinted: Instant?
    /// Whether the poll under way is a hinted one.
    var isUnderWay = false

    mutating func ask() { isAskedFor = true }

    mutating func hint(at now: Instant) { hintedAt = hintedAt ?? now }

    /// A poll begins, which shows whatever changed before now.
    mutating func pollBegins(isHinted: Bool, at now: Instant) {
        isUnderWay = isHinted
        hintedAt = nil
        if isHinted {
            lastHinted = now
        } else if isAskedFor {
            isAskedFor = false
            lastAskedFor = now
        }
    }

    /// When the poll that an operator wants may begin; nil where none is wanted. The first is the next of all; who asks on
    /// and on gets one a spacing.
    var wanted: Instant? {
        guard isAskedFor else { return nil }
        return lastAskedFor.map { $0 + Limits.wantedPollSpacing } ?? .distantPast
    }

    /// When a hinted poll may begin; nil where there was no hint.
    ///
    /// - Parameter spacing: between two of them, at least.
    func opens(spacing: Duration) -> Instant? {
        guard let hintedAt else { return nil }
        let gathered = hintedAt + Limits.hintsGather
        return lastHinted.map { max(gathered, $0 + spacing) } ?? gathered
    }
}

extension ResourceLane {
    /// An operator wants the resource looked at next. A poll under way may have asked too early.
    mutating func pollNow() { early.ask() }

    /// Somebody says that the resource has changed. A poll under way may have asked too early.
    mutating func hint(at now: Instant) { early.hint(at: now) }

    var isHinted: Bool { early.hintedAt != nil }

    /// When the next poll is due that needs no hint.
    var due: Instant { early.wanted.map { min($0, clock.due) } ?? clock.due }

    /// A poll is begun, or begun anew: a hinted one that the budget did not let come to its end by the time of the next
    /// holds that up by nothing.
    mutating func beginPoll(isHinted: Bool, at now: Instant) {
        if early.isAskedFor { clock.beginEarly(at: now) } else if !isHinted { clock.begin(at: now) }
        early.pollBegins(isHinted: isHinted, at: now)
    }

    /// A poll has come to its end.
    mutating func pollEnded() {
        guard early.isUnderWay else { return }
        early.isUnderWay = false
        // What it had not read by then is the next one's, which is due as after any poll.
        if let began = early.lastHinted { clock.beginEarly(at: began) }
    }

    /// A poll was given up.
    mutating func pollLost(at now: Instant) {
        if early.isUnderWay {
            early.isUnderWay = false
            early.hint(at: now)
        } else {
            clock.repeatPoll(at: now)
        }
    }
}
