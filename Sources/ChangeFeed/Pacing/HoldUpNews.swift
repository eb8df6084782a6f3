// What the log says of requests that wait: when the reason changes, and each time a long pause begins anew.

package struct HoldUpNews: Sendable {
    package enum Line: Sendable, Equatable {
        case waits(String)
        case goesOn
    }

    private var last: (reason: RequestBudget.Reason, until: Instant?)?

    package init() {}

    /// Whether requests were last said to wait.
    package var isWaiting: Bool { last != nil }

    /// Takes why nothing can go out now; nil: something did.
    ///
    /// - Parameter isTrying: one request finds out whether a pause is over, which is not over before its answer.
    package mutating func take(
        _ reason: RequestBudget.Reason?, until: Instant?, isTrying: Bool, at now: Instant
    ) -> Line? {
        guard let reason else {
            guard last != nil, !isTrying else { return nil }
            last = nil
            return .goesOn
        }
        // What lasts for moments, or is how a day is spread, is no news.
        if [.spacing, .inFlight, .spread].contains(reason) { return nil }
        let isLongPause = reason.isPause && (until.map { $0 - now >= Limits.longWait } ?? false)
        let isAnew = isLongPause && last?.until != until
        guard last?.reason != reason || isAnew else { return nil }
        last = (reason, until)
        var line = "requests wait: " + reason.rawValue
        if let until { line += ", until " + until.iso8601 }
        if isLongPause { line += "; `insightly-webhooks resume --api` has it tried at once" }
        return .waits(line)
    }
}

extension RequestBudget.Reason {
    fileprivate var isPause: Bool { PauseCause.allCases.contains { $0.reason == self } }
}
