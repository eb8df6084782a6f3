// A machine's dealings with the store: one verb at a time, each answered or given up.

/// Which verb of the store a machine waits for.
///
/// An answer carries the number of its question, for the machine may have given up a verb whose answer still comes.
package struct StoreTurn<Verb: Sendable>: Sendable {
    private enum State {
        case free
        case busy(Verb, number: Int, since: Instant)
        /// The last verb failed, and the store is left alone for a while.
        case resting(until: Instant)
    }

    private var state = State.free
    private var asked = 0
    package private(set) var failuresInARow = 0

    package init() {}

    /// Whether a verb may be asked for now.
    package mutating func isFree(at now: Instant) -> Bool {
        if case .resting(let until) = state, until <= now { state = .free }
        if case .free = state { return true }
        return false
    }

    /// The verb that an answer is waited for.
    package var verb: Verb? {
        if case .busy(let verb, _, _) = state { verb } else { nil }
    }

    /// Since when.
    package var busySince: Instant? {
        if case .busy(_, _, let since) = state { since } else { nil }
    }

    package var restsUntil: Instant? {
        if case .resting(let until) = state { until } else { nil }
    }

    /// - Returns: the number of the question.
    package mutating func ask(_ verb: Verb, at now: Instant) -> Int {
        precondition(self.verb == nil, "a machine asks its store for one thing at a time")
        asked += 1
        state = .busy(verb, number: asked, since: now)
        return asked
    }

    /// The verb that was answered; nil where nobody waits for it any more.
    package mutating func answered(_ number: Int) -> Verb? {
        guard let verb = end(number) else { return nil }
        failuresInARow = 0
        return verb
    }

    /// The verb that failed; nil where nobody waits for it any more.
    package mutating func failed(_ number: Int) -> Verb? {
        guard let verb = end(number) else { return nil }
        failuresInARow += 1
        return verb
    }

    private mutating func end(_ number: Int) -> Verb? {
        guard case .busy(let verb, number, _) = state else { return nil }
        state = .free
        return verb
    }

    package mutating func rest(until: Instant) { state = .resting(until: until) }

    package mutating func endRest() {
        if case .resting = state { state = .free }
    }

    /// Waits no longer for the verb that was asked for; it may be carried out all the same.
    package mutating func giveUp() -> Verb? {
        guard let verb else { return nil }
        state = .free
        return verb
    }
}
