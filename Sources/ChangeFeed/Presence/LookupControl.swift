// A 404 is believed only while the API is known to find by its id what its list shows.

/// Asks, before an absence is believed, for a record that a list has just shown.
///
/// A wrong path, a proxy, or a plan that ended answer 404 for every id. Such an API fails the control, and nothing is told.
struct LookupControl: Sendable {
    /// A record of the last page that was read of the list.
    private(set) var witness: RecordID?
    private var confirmedAt: Instant?
    private var failuresInARow = 0
    private var notBefore = Instant.distantPast

    /// The list holds nothing: there is nobody to ask for.
    private(set) var listIsEmpty = false

    mutating func sawList(_ id: RecordID?) {
        guard let id else { return }
        witness = id
        listIsEmpty = false
    }

    mutating func sawEmptyList() {
        witness = nil
        listIsEmpty = true
    }

    func isConfirmed(at now: Instant) -> Bool {
        confirmedAt.map { now >= $0 && now - $0 < Limits.controlHolds } ?? false
    }

    func from() -> Instant { notBefore }

    mutating func took(_ verdict: LookupVerdict, at now: Instant) -> PresenceNotice? {
        guard verdict.isAbsence else {
            confirmedAt = now
            failuresInARow = 0
            return nil
        }
        // It may have been deleted since. The next page names another.
        witness = nil
        confirmedAt = nil
        failuresInARow += 1
        guard failuresInARow >= Limits.controlsBeforeDoubt else { return nil }
        notBefore = now + Limits.sampleAgain
        return failuresInARow == Limits.controlsBeforeDoubt ? .lookupsDoubtful : nil
    }
}
