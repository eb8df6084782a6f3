// What a lane has to do next, and from when on.

extension ResourceLane {
    /// What this resource has to do next, and from when on; nil while a request is in flight or being committed.
    ///
    /// - Parameter spacing: between two hinted polls, at least, for each request that one takes.
    package func nextTurn(at now: Instant, spacing: Duration = .zero) -> LaneTurn? {
        if isBusy { return nil }
        guard let progress else { return turn(.firstContact, from: notBefore) }
        if run != nil, !early.isUnderWay { return turn(.poll, from: notBefore) }
        let poll = turn(.poll, from: max(due, notBefore))
        // Where polls are due again as soon as they end, something else has its turn after each all the same.
        let comesFromPoll = inFlight?.work.isPoll == true
        guard due > now || (run == nil && comesFromPoll) else { return poll }
        if run != nil { return turn(.hintedPoll, from: notBefore) }
        let errand = nextErrand(progress, at: now)
        let hinted = early.opens(spacing: hintSpacing(spacing)).map { turn(.hintedPoll, from: max($0, notBefore)) }
        let others = (comesFromPoll ? [errand, hinted] : [hinted, errand]).compactMap(\.self)
        return others.first { $0.from <= now } ?? (others + [poll]).min { $0.from < $1.from }
    }

    private func nextErrand(_ progress: ResourceProgress, at now: Instant) -> LaneTurn? {
        guard progress.baseline.isOver else { return turn(.baseline, from: notBefore) }
        guard let next = watch?.errand(progress.presence, at: now) else { return nil }
        return turn(.errand(next.errand), from: max(next.from, notBefore))
    }

    /// Each of its requests is one, and so is the count after it.
    private func hintSpacing(_ spacing: Duration) -> Duration {
        let requests = pace.requestsPerPoll + (watch == nil ? 0 : 1)
        return .microseconds(Int64(Double(spacing.microseconds) * requests))
    }

    /// The next turn that is a poll, where nothing else may be spent.
    package func nextPoll() -> LaneTurn? {
        if isBusy { return nil }
        if progress == nil { return turn(.firstContact, from: notBefore) }
        return turn(.poll, from: run == nil || early.isUnderWay ? max(due, notBefore) : notBefore)
    }

    private func turn(_ work: LaneWork, from: Instant) -> LaneTurn {
        LaneTurn(
            work: work, from: from, wasHeld: wasHeld,
            pagesBefore: work == .poll && run != nil && !early.isUnderWay ? runRequests : 0,
            lastAsked: inFlight?.sentAt ?? .distantPast)
    }

    /// Another lane's request went first while this one's was due.
    mutating func hasLetOthersGo(at now: Instant) {
        if wasHeld, let turn = nextTurn(at: now), turn.from <= now { wasHeld = false }
    }
}
