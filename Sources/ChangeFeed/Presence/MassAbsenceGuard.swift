// When a large part of a resource seems gone at once, something else may be the matter: a sample is asked for first.

/// Holds the deletes of a mass absence until a sample of it is confirmed, or the operator has released it.
struct MassAbsenceGuard: Sendable {
    private struct Sample: Sendable {
        var toAsk: [RecordID]
        var gone = 0
        var others = 0
    }

    private var sample: Sample?
    private var isConfirmed = false
    private var nextSample = Instant.distantPast

    /// The suspects that may be asked for now; none while they are held.
    func suspects(of tally: PresenceTally, hold: PresenceProgress.Hold, at now: Instant) -> [RecordID] {
        guard tally.isMass, !isConfirmed, hold != .released else { return tally.batch }
        if let sample { return sample.toAsk }
        return nextSample <= now ? tally.batch : []
    }

    func isSampled(_ id: RecordID) -> Bool { sample?.toAsk.contains(id) ?? false }

    /// Whether a suspect that is asked for now is one of a sample, and no delete yet.
    mutating func samples(_ tally: PresenceTally, hold: PresenceProgress.Hold) -> Bool {
        guard tally.isMass, !isConfirmed, hold != .released else { return false }
        sample = sample ?? Sample(toAsk: tally.batch)
        return true
    }

    /// Takes the answer for one of the sample; nil: there is none to be had.
    mutating func took(
        _ id: RecordID, _ verdict: LookupVerdict?, tally: PresenceTally, hold: inout PresenceProgress.Hold,
        at now: Instant
    ) -> PresenceNotice? {
        guard var sample else { return nil }
        sample.toAsk.removeAll { $0 == id }
        if let verdict {
            if verdict == .gone { sample.gone += 1 } else { sample.others += 1 }
        }
        self.sample = sample.toAsk.isEmpty ? nil : sample
        guard sample.toAsk.isEmpty else { return nil }
        if sample.others == 0, sample.gone >= Limits.suspectsAtOnce / 2 {
            isConfirmed = true
            hold = .none
            return .massAbsenceConfirmed(suspects: tally.suspects)
        }
        nextSample = now + Limits.sampleAgain
        return .massAbsenceHeld(suspects: tally.suspects, gone: sample.gone, others: sample.others)
    }

    /// A new count of the suspects.
    mutating func took(_ tally: PresenceTally, hold: inout PresenceProgress.Hold, at now: Instant) -> PresenceNotice? {
        if tally.isMass {
            guard hold == .none, !isConfirmed else { return nil }
            hold = .held(since: now)
            return .massAbsence(suspects: tally.suspects, of: tally.listed + tally.suspects)
        }
        var wasHeld = false
        if case .held = hold { wasHeld = true }
        hold = .none
        sample = nil
        isConfirmed = false
        nextSample = .distantPast
        return wasHeld ? .massAbsenceOver : nil
    }
}
