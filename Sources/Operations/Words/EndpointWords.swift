// The health of an endpoint in words, for the log and for whoever asks.

import ChangeFeed

extension EndpointHealth.Disabled {
    package var words: String {
        switch self {
        case .gone: "the receiver answered 410 Gone"
        case .asked: "the receiver asked for it (webhook-delivery: disable)"
        case .failing: "for five days no attempt succeeded"
        case .unreadable: "what the store says of its health cannot be read, so that it may have been disabled before"
        }
    }
}

extension EndpointHealth {
    /// `delivering`, `failing`, …: one word for `status`.
    func word(isHeld: Bool) -> String {
        if disabled != nil { return "disabled" }
        switch circuit {
        case .open, .probing: return "failing"
        case .recovering: return isHeld ? "held" : "recovering"
        case .closed, .doubtful: return isHeld ? "held" : "delivering"
        }
    }
}
