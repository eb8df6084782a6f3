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

    package init(server: Span?, own: Span) {
        self.server = server
        self.own = own
    }

    /// - Parameters:
    ///   - sentAt: when the request left, and `now`, when the answer was taken: by the clock that never jumps.
    init(_ response: APIResponse, sentAt: Instant, now: Instant) {
        // The answer is stamped when it leaves the server, cut to a second; the query ran no earlier than it was sent.
        server = response.date.map { Span(asked: ($0 - response.duration).wholeSecond, answered: $0) }
        var answered = response.receivedAt ?? now
        // Where nothing else tells the time, a wall clock that was set forward must not either.
        if server == nil { answered = min(answered, now) }
        own = Span(asked: answered - max(.zero, now - sentAt), answered: answered)
    }

    /// When it was asked, by the clock that says the earliest time.
    var earliestAsked: Instant { server.map { min($0.asked, own.asked) } ?? own.asked }

    /// When it had answered, by that clock.
    var earliestAnswered: Instant { server.map { min($0.answered, own.answered) } ?? own.answered }

    /// The stamps that a change between an earlier answer and this one may have, whichever clock it is stamped by.
    func stamps(since earlier: AnswerClocks) -> [ClosedRange<Instant>] {
        var spans = [(earlier.own, own)]
        if let before = earlier.server, let server { spans.append((before, server)) }
        return spans.compactMap { before, after in
            // Stamps tell no more than the second, and may be rounded up.
            let (first, last) = (before.answered.wholeSecond + .seconds(1), after.answered.wholeSecond + .seconds(1))
            return first <= last ? first...last : nil
        }
    }
}
