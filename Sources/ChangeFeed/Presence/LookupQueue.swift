// The records to be asked for by their ids, and which of them the API cannot answer for at present.

/// A queue in which one record that always fails holds nobody up.
struct LookupQueue: Sendable {
    /// Ids that lists hold and that are unknown, or known as deleted.
    private(set) var strangers: [RecordID] = []
    /// Hidden and unlisted records, which no list tells of any more, and such as have just been listed again.
    private(set) var rechecks: [RecordID] = []
    /// Strangers that a GET did not show: the list goes on holding them, and so they count as known.
    private var refused: [RecordID: Instant] = [:]
    private var failures: [RecordID: Int] = [:]
    private var restsUntil: [RecordID: Instant] = [:]

    mutating func add(strangers ids: [RecordID], at now: Instant) -> Int {
        refused = refused.filter { $0.value > now }
        let new = ids.filter { refused[$0] == nil && !strangers.contains($0) }
        Self.add(new, to: &strangers)
        return new.count
    }

    mutating func add(rechecks ids: [RecordID]) { Self.add(ids, to: &rechecks) }

    private static func add(_ ids: [RecordID], to queue: inout [RecordID]) {
        for id in ids where queue.count < Limits.lookupsAtOnce && !queue.contains(id) { queue.append(id) }
    }

    /// Ids of the list that are not among the known records, and why that is so is known.
    func explainedStrangers(at now: Instant) -> Int { strangers.count + refused.count { $0.value > now } }

    /// A page with these records was stored: they are strangers no longer.
    mutating func saw(_ ids: some Sequence<RecordID>) {
        guard !strangers.isEmpty || !refused.isEmpty else { return }
        let known = Set(ids)
        strangers.removeAll(where: known.contains)
        refused = refused.filter { !known.contains($0.key) }
    }

    func stranger(at now: Instant) -> RecordID? { first(of: strangers, at: now) }

    func first(of ids: [RecordID], at now: Instant) -> RecordID? {
        ids.first { (restsUntil[$0] ?? .distantPast) <= now }
    }

    func isStranger(_ id: RecordID) -> Bool { strangers.contains(id) }

    func isRecheck(_ id: RecordID) -> Bool { rechecks.contains(id) }

    /// Single records have been seen that the API answers 500 for, always: they rest, longer each time.
    ///
    /// - Returns: whether it failed so often that others should be asked for instead.
    mutating func failed(_ id: RecordID, at now: Instant) -> Bool {
        restsUntil = restsUntil.filter { $0.value > now - Limits.lookupRest.longest }
        failures = failures.filter { restsUntil[$0.key] != nil }
        let count = failures[id, default: 0] + 1
        failures[id] = count
        restsUntil[id] = now + Limits.lookupRest.wait(afterFailures: count, jitter: 0)
        return count >= Limits.lookupsBeforeReplaced
    }

    mutating func settled(_ id: RecordID, _ verdict: LookupVerdict, at now: Instant) {
        if strangers.contains(id), verdict.isAbsence { refused[id] = now + Limits.refusedStrangersRest }
        strangers.removeAll { $0 == id }
        rechecks.removeAll { $0 == id }
        failures[id] = nil
        restsUntil[id] = nil
    }
}

extension LookupVerdict {
    var isAbsence: Bool {
        if case .present = self { false } else { true }
    }
}
