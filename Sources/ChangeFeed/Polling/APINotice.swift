// What the operator should know of the API as a whole.

package enum APINotice: Sendable, Equatable {
    case clocksDisagree(ClockComparison)
    case clocksAgree
    /// What `Date` said instead of a time.
    case dateIsOfNoClock(Instant)
    /// `limit`: what is gone by meanwhile.
    case quotaTrouble(QuotaTrouble, limit: Int?)
    /// Polls wait for the answer to which instance this is. `status`: what came instead; nil: nothing whole.
    case instanceAwaited(known: String, status: Int?)
    /// They do not, or no longer. `known`: whose records the store holds; nil: nobody knows.
    case instanceUntold(known: String?)
    case instanceIsSame

    /// Whether somebody has to see to it.
    package var isWarning: Bool {
        switch self {
        case .clocksDisagree, .dateIsOfNoClock, .quotaTrouble, .instanceAwaited: true
        case .instanceUntold(let known): known != nil
        case .clocksAgree, .instanceIsSame: false
        }
    }
}

extension APINotice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .clocksDisagree(let clocks): "the clocks disagree: \(clocks)"
        case .clocksAgree: "the API's clock and this machine's agree again"
        case .dateIsOfNoClock(let date):
            "the API's Date says \(date.iso8601), which no clock shows: it counts as unsaid, and polls go by this machine's "
                + "clock alone. Set that by NTP (timedatectl), and look at what stands between here and the API"
        case .quotaTrouble(let trouble, let limit):
            trouble.words
                + (limit.map { "; the share of the day is kept by the \($0) requests that are known of" }
                    ?? "; the day's limit is unknown, so that no share of it can be kept: write insightly.daily_limit")
        case .instanceAwaited(let known, let status):
            "nothing is polled yet: the store belongs to the instance \"\(known)\", and whether the API key still leads there "
                + "is not known, for GET /Instance " + (status.map { "was answered \($0)" } ?? "got no whole answer")
                + "; it is asked again"
        case .instanceUntold(let known):
            "the API does not say which instance it is (GET /Instance)"
                + (known.map { "; it is taken for \"\($0)\", to which the store belongs" } ?? "")
                + "; it is asked again later"
        case .instanceIsSame: "the API says that it is the instance to which the store belongs"
        }
    }
}

extension QuotaTrouble {
    package var words: String {
        switch self {
        case .unreadable: "the API's X-RateLimit headers are no numbers"
        case .incomplete: "of X-RateLimit-Limit and X-RateLimit-Remaining, the API sends one without the other"
        case .contradicting: "the API's X-RateLimit headers contradict each other: more is left than their limit allows"
        }
    }
}

extension ClockComparison: CustomStringConvertible {
    package var description: String {
        let times =
            "the API's says \(server.iso8601) where this machine's says \(own.iso8601), \(aheadSeconds.magnitude) s apart. "
            + "Polls ask back to the earlier of the two, so that no change is missed, and so read more each time"
        guard aheadSeconds.magnitude > UInt(Limits.signaturesHold.inSeconds) else { return times }
        return times
            + ". If it is this machine's that is wrong, receivers refuse every signature as too old or too new: set it by "
            + "NTP (timedatectl)"
    }
}
