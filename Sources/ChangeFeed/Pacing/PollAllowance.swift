// What a schedule of polls is made from: how often each resource is wished to be polled, and what may be spent on it.

/// What a schedule has to know of a resource.
package struct PolledResource: Sendable, Equatable {
    package var wish: PollInterval
    package var pace: ResourcePace
    /// Since the last poll began; nil where that is not known.
    package var sincePoll: Duration?
    /// Pages that a poll under way has read.
    package var underWay: Int

    package init(_ wish: PollInterval, _ pace: ResourcePace, sincePoll: Duration? = nil, underWay: Int = 0) {
        self.wish = wish
        self.pace = pace
        self.sincePoll = sincePoll
        self.underWay = underWay
    }

    /// Requests that the poll under way is expected to make yet.
    var toCome: Double { underWay == 0 ? 0 : max(0, pace.requestsPerPoll - Double(underWay)) }
}

/// What polls may spend.
package struct PollAllowance: Sendable, Equatable {
    /// So many requests from now on, and no more, until a time has passed.
    package struct Ceiling: Sendable, Equatable {
        package var within: Duration
        package var requests: Double

        package init(within: Duration, requests: Double) {
            self.within = within
            self.requests = requests
        }
    }

    /// Requests in 24 hours, day after day.
    package var perDay: Double
    /// As requests of the last 24 hours stop to count; empty: no such bounds.
    package var ceilings: [Ceiling]
    /// Whether what may be spent at once is half spent: before that, configured intervals need not give way.
    package var isDrained: Bool
    /// Requests a second for the instant; what the per-second limit leaves.
    package var perSecond: Double

    package init(
        perDay: Double, ceilings: [Ceiling] = [], isDrained: Bool = true, perSecond: Double = .infinity
    ) {
        self.perDay = perDay
        self.ceilings = ceilings
        self.isDrained = isDrained
        self.perSecond = perSecond
    }
}
