// What the API has been like lately, for whoever asks; kept beside the quota's numbers.

/// Only shown, but for what was counted of the wait for the instance: no other decision of the next process comes from it.
package struct APIHealth: Sendable, Equatable {
    /// Everything waits.
    package struct Pause: Sendable, Equatable {
        package var until: Instant
        package var cause: PauseCause

        package init(until: Instant, cause: PauseCause) {
            self.until = until
            self.cause = cause
        }
    }

    /// One resource waits after a failure.
    package struct Rest: Sendable, Equatable {
        package var until: Instant
        /// What it was answered; nil: nothing whole.
        package var status: Int?

        package init(until: Instant, status: Int?) {
            self.until = until
            self.status = status
        }
    }

    /// Nothing is polled before the API has said which instance it is.
    package struct InstanceWait: Sendable, Equatable {
        package var since: Instant
        /// What it was answered last; nil: nothing whole.
        package var status: Int?
        /// For how long of it the API was there, and might have answered polls.
        package var counted: Duration

        package init(since: Instant, status: Int?, counted: Duration = .zero) {
            self.since = since
            self.status = status
            self.counted = counted
        }
    }

    package var pause: Pause?
    package var instance: InstanceWait?
    /// By the names of the resources.
    package var rests: [String: Rest] = [:]
    /// At the last answer that told the server's time.
    package var clocks: ClockComparison?
    /// At the last answer that said anything of the quota.
    package var quotaTrouble: QuotaTrouble?
    /// Whether configured intervals give way, for the day has no room for them.
    package var intervalsAreStretched = false

    package init() {}
}
