// Whether the API still leads to the instance that the known records came from.

/// Asks `GET /Instance` once a process, before the first poll where the store knows of an instance, and after the first
/// page where it does not. An API that does not answer it is polled all the same, and asked again now and then.
package struct InstanceCheck: Sendable {
    package enum Verdict: Sendable, Equatable {
        case same
        /// Nobody knew before.
        case learned(String)
        case another(known: String, found: String)
        case unknown
    }

    package enum Hold: Sendable, Equatable {
        case none
        /// nil: for ever.
        case held(until: Instant?)
    }

    package static let request = APIRequest(target: RequestTarget(path: "/Instance"), purpose: .poll)

    private enum State: Sendable {
        case due(Instant)
        /// Nothing to compare with, and nothing read yet: the first page goes first.
        case afterFirstPage
        case asked
        case answered
        case refused
    }

    private var state: State
    private var known: String?
    private var failures = 0
    /// Until then polls wait for the first answer.
    private var holdsUntil: Instant?

    /// - Parameter known: the instance that the store's records came from; nil where nobody knows.
    package init(known: String?, at now: Instant) {
        self.known = known
        state = known == nil ? .afterFirstPage : .due(now)
        holdsUntil = known == nil ? nil : now + Limits.instanceMayAnswer
    }

    package func isDue(at now: Instant) -> Bool {
        if case .due(let from) = state { return from <= now }
        return false
    }

    package func holdsPolls(at now: Instant) -> Hold {
        if case .refused = state { return .held(until: nil) }
        guard let holdsUntil, now < holdsUntil else { return .none }
        // It may have been the budget that had no room yet.
        if case .due(let from) = state { return .held(until: min(max(from, now), holdsUntil)) }
        return .held(until: holdsUntil)
    }

    mutating func pageCame(at now: Instant) {
        if case .afterFirstPage = state { state = .due(now) }
    }

    mutating func asked() { state = .asked }

    mutating func postpone(until: Instant) { state = .due(until) }

    mutating func took(_ result: APIResult, at now: Instant, jitter: Double) -> Verdict {
        holdsUntil = nil
        guard let found = Self.name(in: result) else {
            failures += 1
            state = .due(now + Limits.instanceBackoff.wait(afterFailures: failures, jitter: jitter))
            return .unknown
        }
        state = .answered
        guard let known else {
            self.known = found
            return .learned(found)
        }
        if known == found { return .same }
        state = .refused
        return .another(known: known, found: found)
    }

    /// The name that the instance has in addresses: its other one is for people, and changes more easily.
    private static func name(in result: APIResult) -> String? {
        guard case .success(let response) = result, (200...299).contains(response.status),
            let record = try? RawRecord.read(response.body),
            let name = record.value(at: FieldPath("INSTANCE_SUBDOMAIN"))?.decodedString, !name.isEmpty
        else { return nil }
        return name.lowercased()
    }
}
