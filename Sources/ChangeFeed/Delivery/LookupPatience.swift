// When a host's name is asked for, of a resolver that may never come back.

/// Decides which lookup of a host asks a resolver that blocks and cannot be stopped, and which waits for another's answer.
///
/// Whether somebody is likely to answer is one thing, how many threads were left behind another: one that never comes back
/// says nothing of the next, and the first answer shows that the resolver is there.
package struct LookupPatience: Sendable {
    package enum Turn: Equatable, Sendable {
        case asks
        /// For the answer to a question that was put before.
        case waits
        /// Nobody is likely to answer, and no more threads are left behind.
        case givesUp
    }

    private let mayTake: Duration
    /// When the question was put whose answer is waited for; nil where nobody is likely to answer.
    private var asked: Instant?
    /// Questions since the last answer.
    private var unanswered = 0
    /// Threads that ask; any of them may never come back.
    private var threads = 0

    /// - Parameter mayTake: after which no answer is expected any more. While none comes to any question, each is waited
    ///   for twice as long as the one before, up to 64 times that.
    package init(mayTake: Duration) {
        self.mayTake = mayTake
    }

    package mutating func join(at now: Instant) -> Turn {
        if let asked, now - asked < mayTake * (1 << min(unanswered - 1, 6)) { return .waits }
        guard threads < Limits.lookupsLeftBehind else { return .givesUp }
        (asked, unanswered, threads) = (now, unanswered + 1, threads + 1)
        return .asks
    }

    /// One thread came back, whichever it was: whoever comes now asks anew.
    package mutating func answered() {
        (asked, unanswered, threads) = (nil, 0, threads - 1)
    }

    /// Whether there is nothing to remember.
    package var isOver: Bool { threads == 0 }
}
