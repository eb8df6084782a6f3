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

    /// Whether a suspect that is asked for now is one of a sample, and no delete yet.
    mutating func samples(_ tally: PresenceTally, hold: PresenceProgress.Hold) -> Bool {
        guard tally.isMass, !isConfirmed, hold != .released else { return false }
        sample = sample ?? Sample(toAsk: tally.batch)
        return true
    }

    /// Takes the answer for one of the sample.
    mutating func took(
        _ id: RecordID, _ verdict: LookupVerdict, tally: PresenceTally, hold: inout PresenceProgress.Hold,
        at now: Instant
    ) -> PresenceNotice? {
        guard var sample else { return nil }
        sample.toAsk.removeAll { $0 == id }
        if verdict == .gone { sample.gone += 1 } else { sample.others += 1 }
        self.sample = sample
        guard sample.toAsk.isEmpty else { return nil }
        self.sample = nil
        if sample.others == 0 {
            isConfirmed = true
            hold = .none
            return .massAbsenceConfirmed(suspects: tally.suspects)
        }
        nextSample = now + Limits.sampleAgain
        if case .held = hold {} else { hold = .held(since: now) }
        return .massAbsenceHeld(suspects: tally.suspects, gone: sample.gone, others: sample.others)
    }

    /// A new count of the suspects.
    mutating func took(
        _ tally: PresenceTally, before: PresenceTally, hold: inout PresenceProgress.Hold
    ) -> PresenceNotice? {
        guard !tally.isMass else {
            return before.isMass ? nil : .massAbsence(suspects: tally.suspects, of: tally.listed + tally.suspects)
        }
        let wasHeld = hold != .none
        if tally.suspects == 0 || hold != .released { hold = .none }
        sample = nil
        isConfirmed = false
        nextSample = .distantPast
        return wasHeld && hold == .none ? .massAbsenceOver : nil
    }
}

/// What the operator should know of the presence of records.
package enum PresenceNotice: Sendable, Equatable {
    case massAbsence(suspects: Int, of: Int)
    case massAbsenceConfirmed(suspects: Int)
    case massAbsenceHeld(suspects: Int, gone: Int, others: Int)
    case massAbsenceOver
    /// The API counts so many records fewer (or, below 0, more) than its lists hold.
    case countDiffers(by: Int)
    case noCount
    case listNotAscending
}

extension PresenceNotice: CustomStringConvertible {
    /// Whether somebody should look.
    package var isAlarming: Bool {
        switch self {
        case .massAbsence, .massAbsenceHeld: true
        case .massAbsenceConfirmed, .massAbsenceOver, .countDiffers, .noCount, .listNotAscending: false
        }
    }

    package var description: String {
        switch self {
        case .massAbsence(let suspects, let all):
            "\(suspects) of \(all) records are no longer in the lists: their deletes are held until a sample is confirmed"
        case .massAbsenceConfirmed(let suspects):
            "a sample of the vanished records is confirmed as deleted; each of the \(suspects) is now asked for by its id"
        case .massAbsenceHeld(let suspects, let gone, let others):
            "the deletes of \(suspects) vanished records are held: of a sample, \(gone) were deleted and \(others) still "
                + "exist. Check what the key's user may see; a sample is asked for again every hour, and `release` lets "
                + "each record be confirmed by itself"
        case .massAbsenceOver:
            "no deletes are held any more"
        case .countDiffers(let difference):
            "the API counts \(abs(difference)) records \(difference > 0 ? "fewer" : "more") than its lists hold; that is "
                + "allowed for from now on"
        case .noCount:
            "the API does not count this resource (X-Total-Count): deleted records are found by sweeps alone"
        case .listNotAscending:
            "the list is not in the order of ids: deleted records are found by sweeps alone"
        }
    }
}
