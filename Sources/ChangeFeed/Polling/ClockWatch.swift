// Whether the server's clock and our own agree; nobody can know which of them is right, so both are told of.

/// What both clocks showed at one answer.
package struct ClockComparison: Sendable, Equatable {
    package let server: Instant
    package let own: Instant
    /// How far the server's clock was ahead of ours, as far as one answer can tell; less than 0 where it was behind.
    package let aheadSeconds: Int

    package init(server: Instant, own: Instant, aheadSeconds: Int) {
        self.server = server
        self.own = own
        self.aheadSeconds = aheadSeconds
    }

    /// Of one answer by itself; nil where the server told no time.
    package init?(_ response: APIResponse, now: Instant) {
        self.init(AnswerClocks(response, sentAt: now - response.duration, now: now))
    }

    init?(_ clocks: AnswerClocks) {
        guard let server = clocks.server?.answered else { return nil }
        self.server = server
        own = clocks.own.answered
        // It was stamped, cut to a second, at some moment between the request and its answer.
        let (least, most) = (server - own, server + .seconds(1) - clocks.own.asked)
        aheadSeconds = Int((least > .zero ? least : min(most, .zero)).inSeconds)
    }

    /// Whether that is more than polls read back anyway, or more than receivers allow a signature.
    package func isDisagreement(overlap: Duration) -> Bool {
        let allowed = min(max(overlap, Limits.clockTolerance), Limits.signaturesHold)
        return aheadSeconds.magnitude > UInt(allowed.inSeconds)
    }
}

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
