// Looks at everything that is sent to one endpoint, and complains where it is not what the log and the rules say.

import ReceivedEvents

/// The promises to one endpoint: all of the log that its filter admits arrives at least once or is given up by the rules,
/// in order, under numbers without a gap, and nothing else does.
///
/// Whether the log itself is true is for `Watch` to say.
package struct EndpointJudge {
    enum Fate {
        case open
        /// Its place was taken by a newer event of its record.
        case passedOver
        case taken
        case dead
        /// Somebody asked to give it up, and nobody knows whether that came in time.
        case excused
    }

    struct Expected {
        let logged: LoggedEvent
        let key: String?
        var fate = Fate.open
        /// The last delivery that carried it, replays left out.
        var delivery: Int64?
        var wasSent = false
    }

    package private(set) var terms: EndpointTerms
    /// What was wanted at any time so far.
    private(set) var everWanted: [WantedEvents]
    private(set) var hasCoalesced: Bool
    /// The attempts of the shortest schedule so far: what has ended under it may be recorded later.
    private var fewestAttempts: Int
    var expected: [Int: Expected] = [:]
    /// Of each key what is not settled, in the order of the log.
    var open: [String: [Int]] = [:]
    var lastSent: [String: Int] = [:]
    var attempts: [Int64: Int] = [:]
    /// Deliveries that the receiver asked to be given up.
    var aborted: Set<Int64> = []
    var numbers = GivenNumbers()
    /// Which events of the log somebody asked to be sent again.
    private var sentAgain: [ClosedRange<Int>] = []
    var hasReplays: Bool { !sentAgain.isEmpty }
    /// Whether somebody asked for some to be given up.
    private var hasBeenExcused = false
    /// What was put into the queue before cannot be told to be in the order of now.
    var reorderedThrough = 0
    var log: [Int: LoggedEvent] = [:]

    /// - Parameter countsNumbers: whether nothing gets a number but what is admitted when it is committed.
    package init(_ terms: EndpointTerms, countsNumbers: Bool = true) {
        self.terms = terms
        if !countsNumbers { numbers.cannotBeCounted() }
        everWanted = [terms.wanted]
        hasCoalesced = terms.coalesces
        fewestAttempts = terms.attempts
    }

    /// Other rules hold from now on.
    package mutating func configure(_ terms: EndpointTerms) {
        if terms.order != self.terms.order {
            reorderedThrough = log.keys.max() ?? 0
            lastSent = [:]
            open = [:]
        }
        self.terms = terms
        if !everWanted.contains(terms.wanted) { everWanted.append(terms.wanted) }
        hasCoalesced = hasCoalesced || terms.coalesces
        fewestAttempts = min(fewestAttempts, terms.attempts)
    }

    /// Learns of an event of the log; where `feeds` is false, it was committed without a thought of this endpoint.
    package mutating func learn(_ logged: LoggedEvent, feeds: Bool) {
        log[logged.sequence] = logged
        guard feeds, terms.wanted.admit(logged.event) else { return }
        let key = terms.key(of: logged)
        expected[logged.sequence] = Expected(logged: logged, key: key)
        if let key { open[key, default: []].append(logged.sequence) }
        if terms.coalesces { numbers.cannotBeCounted() } else { numbers.expectNext(of: logged.sequence) }
    }

    /// Somebody asked for some of the events to be sent again.
    package mutating func expectReplays(of sequences: ClosedRange<Int>) { sentAgain.append(sequences) }

    mutating func settle(_ sequence: Int, as fate: Fate) {
        guard let place = expected[sequence] else { return }
        // What was taken stays taken, whatever becomes of its repetition.
        if place.fate != .taken { expected[sequence]?.fate = fate }
        if let key = place.key { open[key]?.removeAll { $0 == sequence } }
    }

    /// The sender has recorded that this event is given up, after its last attempt.
    package mutating func gaveUp(_ sequence: Int, delivery: Int64) -> [String] {
        settle(sequence, as: .dead)
        let count = attempts[delivery] ?? 0
        return count >= fewestAttempts || aborted.contains(delivery)
            ? [] : ["#\(sequence) was given up after \(count) attempts of \(fewestAttempts)"]
    }

    /// Somebody asked to give up all that waits.
    package mutating func excuse() {
        hasBeenExcused = true
        for (number, place) in expected where place.fate == .open { settle(number, as: .excused) }
    }

    /// This delivery was given up, as somebody asked: with the event that it carried, and what that had taken the place of.
    package mutating func excuse(_ sequence: Int, delivery: Int64) {
        hasBeenExcused = true
        guard let place = expected[sequence] else { return }
        if terms.coalesces, let key = place.key {
            for earlier in (open[key] ?? []).prefix(while: { $0 < sequence })
            where expected[earlier]?.delivery ?? delivery == delivery {
                settle(earlier, as: .passedOver)
            }
        }
        if place.fate == .open { settle(sequence, as: .excused) }
    }

    /// What is missing at the end, when nothing waits any more.
    ///
    /// - Parameter isSaved: whether all that was given up was sent again.
    package func missing(isSaved: Bool) -> [String] {
        let lost = expected.values.filter { place in
            switch place.fate {
            case .open: true
            case .dead, .excused: isSaved && !hasCoalesced
            case .taken, .passedOver: false
            }
        }.map(\.logged).min { $0.sequence < $1.sequence }
        let unsent = log.keys.count { sequence in
            guard let place = expected[sequence] else { return mayBeGivenUpAgain(sequence) }
            return switch place.fate {
            case .dead, .excused: !place.wasSent || hasCoalesced && mayBeGivenUpAgain(sequence)
            case .passedOver: mayBeGivenUpAgain(sequence)
            case .open, .taken: false
            }
        }
        return
            (lost.map { ["#\($0.sequence) \($0.event.type) of \($0.record) was neither delivered nor given up"] } ?? [])
            + numbers.gaps(unsent: unsent)
    }

    /// An event that was none of the endpoint's, or whose place was taken, has no delivery of its own until it is sent again,
    /// and that one has the next number. It may be given up before it is sent.
    private func mayBeGivenUpAgain(_ sequence: Int) -> Bool {
        hasBeenExcused && sentAgain.contains { $0.contains(sequence) }
    }
}
