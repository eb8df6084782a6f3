// When a large part of a resource seems gone at once, something else may be the matter: a sample is asked for first.

/// Holds the deletes of a mass absence until a sample of it is confirmed, or the operator has released it.
///
/// How far that is outlives the process (`PresenceProgress.Hold`); a sample does not, for another is soon asked for.
struct MassAbsenceGuard: Sendable {
    private struct Sampling: Sendable {
        var toAsk: [RecordID]
        var sample = AbsenceSample()
    }

    private var sampling: Sampling?
    private var nextSample = Instant.distantPast
    /// How many were held when the operator was told last.
    private var told: Int?

    /// The suspects that may be asked for now; none while they are held.
    func suspects(of tally: PresenceTally, hold: PresenceProgress.Hold, at now: Instant) -> [RecordID] {
        guard tally.isMass, !hold.isDecided else { return tally.batch }
        if let sampling { return sampling.toAsk }
        return nextSample <= now ? tally.batch : []
    }

    func isSampled(_ id: RecordID) -> Bool { sampling?.toAsk.contains(id) ?? false }

    /// Whether a suspect that is asked for now is one of a sample, and no delete yet.
    mutating func samples(_ tally: PresenceTally, hold: PresenceProgress.Hold) -> Bool {
        guard tally.isMass, !hold.isDecided else { return false }
        sampling = sampling ?? Sampling(toAsk: tally.batch)
        return true
    }

    /// What is known of the suspects now, and where one of a sample was asked for, what was answered; a verdict of nil:
    /// there is no answer to be had.
    ///
    /// - Parameter listIsEmpty: nil where no page of the list was read yet.
    /// - Returns: the one thing that is new for the operator.
    mutating func took(
        _ tally: PresenceTally, _ answer: (id: RecordID, verdict: LookupVerdict?)?, listIsEmpty: Bool?,
        hold: inout PresenceProgress.Hold, at now: Instant
    ) -> PresenceNotice? {
        let sample = answer.flatMap { took($0.verdict, for: $0.id) }
        guard tally.isMass else { return end(&hold, left: tally.suspects) }
        guard hold != .released else { return nil }
        if sample != nil { nextSample = now + Limits.sampleAgain }
        if listIsEmpty != true {
            if hold == .confirmed { return nil }
            if sample?.isConfirmation == true {
                hold = .confirmed
                return .massAbsenceConfirmed(suspects: tally.suspects)
            }
        }
        let before = hold
        let reason = reason(after: before, sample, listIsEmpty: listIsEmpty)
        hold = .held(since: before.heldSince ?? now, reason)
        if sample == nil, case .held(_, reason) = before { return changed(tally.suspects, reason) }
        told = tally.suspects
        guard reason == .awaitsSample else {
            return .massAbsenceHeld(HeldDeletes(records: tally.suspects, reason: reason))
        }
        nextSample = .distantPast
        return .massAbsence(suspects: tally.suspects, of: tally.listed + tally.suspects)
    }

    /// - Returns: the sample, once all of it was asked for.
    private mutating func took(_ verdict: LookupVerdict?, for id: RecordID) -> AbsenceSample? {
        guard var sampling, let place = sampling.toAsk.firstIndex(of: id) else { return nil }
        sampling.toAsk.remove(at: place)
        switch verdict {
        case .gone: sampling.sample.gone += 1
        case .hidden, .present: sampling.sample.existing += 1
        case nil: sampling.sample.unanswered += 1
        }
        self.sampling = sampling.toAsk.isEmpty ? nil : sampling
        return sampling.toAsk.isEmpty ? sampling.sample : nil
    }

    private func reason(
        after hold: PresenceProgress.Hold, _ sample: AbsenceSample?, listIsEmpty: Bool?
    ) -> HeldDeletes.Reason {
        if listIsEmpty == true { return .listIsEmpty }
        if let sample { return .sampled(sample) }
        guard case .held(_, let reason) = hold else { return .awaitsSample }
        // There is a record to try a GET with again.
        return reason == .listIsEmpty && listIsEmpty == false ? .awaitsSample : reason
    }

    /// Others have joined those that are held, or some are back. What a sample changes is told when it has ended.
    private mutating func changed(_ suspects: Int, _ reason: HeldDeletes.Reason) -> PresenceNotice? {
        guard sampling == nil else { return nil }
        defer { told = suspects }
        guard let told, told != suspects else { return nil }
        return .massAbsenceChanged(HeldDeletes(records: suspects, reason: reason))
    }

    private mutating func end(_ hold: inout PresenceProgress.Hold, left: Int) -> PresenceNotice? {
        let wasHeld = hold.heldSince != nil
        hold = .none
        self = MassAbsenceGuard()
        return wasHeld ? .massAbsenceOver(left: left) : nil
    }
}
