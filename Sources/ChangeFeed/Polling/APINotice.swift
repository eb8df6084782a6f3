// What the operator should know of the API as a whole.

package enum APINotice: Sendable, Equatable {
    case clocksDisagree(ClockComparison)
    case clocksAgree

    /// Whether somebody has to see to it.
    package var isWarning: Bool {
        switch self {
        case .clocksDisagree: true
        case .clocksAgree: false
        }
    }
}

extension APINotice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .clocksDisagree(let clocks): "the clocks disagree: \(clocks)"
        case .clocksAgree: "the API's clock and this machine's agree again"
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
