// What the clock of the server and our own showed, and whether they agree.

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
