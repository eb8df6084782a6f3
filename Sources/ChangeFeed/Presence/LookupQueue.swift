// The records to be asked for by their ids, and which of them the API cannot answer for at present.

/// A queue in which one record that always fails holds nobody up.
struct LookupQueue: Sendable {
    /// Ids that lists hold and that are unknown, or known as deleted.
    private(set) var strangers: [RecordID] = []
    /// Hidden and unlisted records, which no list tells of any more.
    private(set) var rechecks: [RecordID] = []
    /// Missing from the lists, and found by their ids.
    private var found: Set<RecordID> = []
    private var failures: [RecordID: Int] = [:]
    private var restsUntil: [RecordID: Instant] = [:]

    mutating func add(strangers ids: [RecordID]) { Self.add(ids, to: &strangers) }

    mutating func add(rechecks ids: [RecordID]) { Self.add(ids, to: &rechecks) }

    private static func add(_ ids: [RecordID], to queue: inout [RecordID]) {
        for id in ids where queue.count < Limits.lookupsAtOnce && !queue.contains(id) { queue.append(id) }
    }

    /// Strangers, which are news; then these suspects, which may be; then the others.
    func first(suspects: [RecordID], at now: Instant) -> RecordID? {
        func first(of ids: [RecordID]) -> RecordID? { ids.first { (restsUntil[$0] ?? .distantPast) <= now } }
        return first(of: strangers) ?? first(of: suspects) ?? first(of: rechecks)
    }

    func isStranger(_ id: RecordID) -> Bool { strangers.contains(id) }

    func isRecheck(_ id: RecordID) -> Bool { rechecks.contains(id) }

    /// Single records have been seen that the API answers 500 for, always.
    mutating func failed(_ id: RecordID, at now: Instant) {
        failures[id, default: 0] += 1
        guard failures[id, default: 0] >= Limits.lookupsBeforeRest else { return }
        failures[id] = nil
        restsUntil = restsUntil.filter { $0.value > now }
        restsUntil[id] = now + Limits.lookupRest
    }

    /// The list holds as many records as are known: whatever was missing was not missing for good.
    mutating func listAgrees() { found = [] }

    func hasFound(_ id: RecordID) -> Bool { found.contains(id) }

    mutating func settled(_ id: RecordID, _ verdict: LookupVerdict) {
        if case .present = verdict, found.count < Limits.foundRemembered {
            found.insert(id)
        } else {
            found.remove(id)
        }
        strangers.removeAll { $0 == id }
        rechecks.removeAll { $0 == id }
        failures[id] = nil
        restsUntil[id] = nil
    }
}
