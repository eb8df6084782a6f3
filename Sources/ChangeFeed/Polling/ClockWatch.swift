// Whether the server's clock and our own agree; nobody can know which of them is right, so both are told of.

/// Tells of a disagreement when it begins, changes and ends.
struct ClockWatch: Sendable {
    private var overlap: Duration
    private(set) var latest: ClockComparison?
    private var told: ClockComparison?
    private var agreeing = 0
    private var hasToldOfNoClock = false

    init(overlap: Duration) {
        self.overlap = overlap
    }

    mutating func adopt(overlap: Duration) { self.overlap = overlap }

    mutating func take(_ clocks: AnswerClocks) -> APINotice? {
        guard let comparison = ClockComparison(clocks) else { return tellOfNoClock(clocks.dateOfNoClock) }
        latest = comparison
        guard comparison.isDisagreement(overlap: overlap) else { return agree() }
        agreeing = 0
        if let told, (told.aheadSeconds - comparison.aheadSeconds).magnitude <= told.aheadSeconds.magnitude / 8 {
            return nil
        }
        told = comparison
        return .clocksDisagree(comparison)
    }

    private mutating func tellOfNoClock(_ date: Instant?) -> APINotice? {
        guard let date, !hasToldOfNoClock else { return nil }
        hasToldOfNoClock = true
        return .dateIsOfNoClock(date)
    }

    /// One of several servers may be the one that is wrong.
    private mutating func agree() -> APINotice? {
        guard told != nil else { return nil }
        agreeing += 1
        guard agreeing >= Limits.answersUntilClocksAgree else { return nil }
        told = nil
        return .clocksAgree
    }
}
