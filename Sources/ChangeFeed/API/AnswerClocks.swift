// What the clocks of both sides showed around one answer, and what may be concluded where they disagree.

/// The server's clock, as far as it told, and our own wall clock, around one answer.
///
/// Which of two clocks is wrong cannot be known. A time that is too early costs a longer answer, one that is too late
/// costs changes: so whatever is asked for the next time follows the earlier of the two.
package struct AnswerClocks: Sendable, Equatable {
    package struct Span: Sendable, Equatable {
        /// It was not earlier than this when it was asked.
        package var asked: Instant
        /// It was this when it had answered.
        package var answered: Instant

        package init(asked: Instant, answered: Instant) {
            self.asked = asked
            self.answered = answered
        }
    }

    package let server: Span?
    package let own: Span
    /// What the answer gave for the server's time though no clock shows it.
    var dateOfNoClock: Instant?
    /// The latest stamp that was seen before this answer, and no later than the server's clock then: a time that the clock
    /// that stamps has passed.
    var stampedUpTo: Instant?

    package init(server: Span?, own: Span) {
        self.server = server
        self.own = own
    }

    /// - Parameters:
    ///   - sentAt: when the request left, and `now`, when the answer was taken: by the clock that never jumps.
    init(_ response: APIResponse, sentAt: Instant, now: Instant) {
        // The answer is stamped when it leaves the server, cut to a second; the query ran no earlier than it was sent.
        server = response.serverTime.map { Span(asked: ($0 - response.duration).wholeSecond, answered: $0) }
        var answered = response.receivedAt ?? now
        // Where nothing else tells the time, a wall clock that was set forward must not either.
        if server == nil { answered = min(answered, now) }
        own = Span(asked: answered - max(.zero, now - sentAt), answered: answered)
        if server == nil { dateOfNoClock = response.date }
    }

    /// When it was asked, by the clock that says the earliest time. A clock of ours that is days behind would have every
    /// poll read the changes of all these days; where records with later stamps were seen, it is not what stamps.
    var earliestAsked: Instant {
        guard let server else { return own.asked }
        guard isOwnFarBehind, let stampedUpTo else { return min(server.asked, own.asked) }
        return max(own.asked, min(server.asked, stampedUpTo))
    }

    /// By more than any server is wrong. Alone it tells nothing, for as well the server may be ahead.
    var isOwnFarBehind: Bool { server.map { $0.asked - own.asked > .hours(24) } ?? false }

    /// When it had answered, by that clock.
    var earliestAnswered: Instant { server.map { min($0.answered, own.answered) } ?? own.answered }

    /// What is kept of it where it was the first of a resource.
    var firstContact: FirstContact { FirstContact(own: own.answered, server: server?.answered) }

    /// The stamps that a change between the first contact and this answer may have, whichever clock it is stamped by; nil
    /// where the server does not tell the time: what our own clock says alone, nothing can be held against.
    func stamps(since first: FirstContact) -> [ClosedRange<Instant>]? {
        guard let before = first.server, let server else { return nil }
        return [(first.own, own.answered), (before, server.answered)].compactMap { before, after in
            // Stamps tell no more than the second. What stamps may be a little ahead of what answers: a change that is not
            // believed is lost, and one of just before the first contact that is believed is told once too often.
            let (first, last) = (before.wholeSecond + .seconds(1), after.wholeSecond + Limits.clockTolerance)
            return first <= last ? first...last : nil
        }
    }
}

/// What both clocks showed when a resource had answered for the first time.
package struct FirstContact: Sendable, Equatable {
    package var own: Instant
    /// Nil where the server told no time.
    package var server: Instant?

    package init(own: Instant, server: Instant?) {
        self.own = own
        self.server = server
    }
}
