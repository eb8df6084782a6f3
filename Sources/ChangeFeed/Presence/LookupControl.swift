// A 404 is believed only while the API is known to find by its id what its list shows.

/// Asks, before an absence is believed, for a record that a list has just shown.
///
/// A wrong path, a proxy, or a plan that ended answer 404 for every id. Such an API fails the control, and nothing is told.
struct LookupControl: Sendable {
    /// A record of the last page that was read of the list.
    private(set) var witness: RecordID?
    private var confirmedAt: Instant?
    /// Lookups that it still covers, however long it takes until there is room for them.
    private var covers = 0
    private var failuresInARow = 0
    /// After several that failed, the next one waits.
    private(set) var notBefore = Instant.distantPast

    /// The list holds nothing: there is nobody to ask for.
    private(set) var listIsEmpty = false

    /// Nil before a page of the list was read.
    var isListEmpty: Bool? { listIsEmpty ? true : witness == nil ? nil : false }

    /// Records that a GET could not show, how often, and how long others are asked for instead. Some answer 500 for days;
    /// most have failed once.
    private var doubted: [RecordID: (failures: Int, until: Instant)] = [:]

    /// How many records a count should show, so that one of them can be asked for.
    var countTop: Int { doubted.isEmpty ? 1 : Limits.leastSearched }

    mutating func sawList(_ ids: some Sequence<RecordID>, at now: Instant) {
        doubted = doubted.filter { $0.value.until > now - Limits.lookupRest.longest }
        guard let id = ids.first(where: { doubted[$0].map { $0.until <= now } ?? true }) else { return }
        witness = id
        listIsEmpty = false
    }

    mutating func sawEmptyList() {
        witness = nil
        confirmedAt = nil
        listIsEmpty = true
    }

    /// A record was asked for whose absence would have been believed.
    mutating func covered() { covers -= 1 }

    /// No answer could be had for this one.
    mutating func doubt(_ id: RecordID, at now: Instant) {
        let failures = (doubted[id]?.failures ?? 0) + 1
        doubted[id] = (failures, now + Limits.lookupRest.wait(afterFailures: failures, jitter: 0))
        if witness == id { witness = nil }
    }

    func isConfirmed(at now: Instant) -> Bool {
        confirmedAt.map { confirmed in
            let age = now - confirmed
            return age >= .zero && (age < Limits.controlHolds || covers > 0 && age < Limits.controlCovers)
        } ?? false
    }

    mutating func took(_ id: RecordID, _ verdict: LookupVerdict, at now: Instant) -> PresenceNotice? {
        guard verdict.isAbsence else {
            confirmedAt = now
            covers = Limits.looksOfAControl
            failuresInARow = 0
            doubted[id] = nil
            return nil
        }
        // It may have been deleted since. The next page names another.
        doubt(id, at: now)
        confirmedAt = nil
        failuresInARow += 1
        guard failuresInARow >= Limits.controlsBeforeDoubt else { return nil }
        notBefore = now + Limits.sampleAgain
        return failuresInARow == Limits.controlsBeforeDoubt ? .lookupsDoubtful : nil
    }
}
