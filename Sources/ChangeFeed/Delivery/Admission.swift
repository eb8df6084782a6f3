// What an endpoint's gate lets through at one moment, and which of what is due that is.

/// How many attempts may begin, and for what.
///
/// What may well fail again has room of its own: deliveries that failed before, and those of types whose events fail.
/// So what a receiver cannot take never stands in the way of what it can.
package struct Admission: Sendable, Equatable {
    /// Attempts that may begin.
    package var total: Int
    /// How many of them may be for what may well fail.
    package var unlikely: Int
    /// Types of which the event that was last tried for the first time failed.
    package var failingTypes: Set<String>
    /// Whether what is likely to be taken goes first, however long the rest has been due: where one attempt is to find
    /// out how the receiver is, it is not to fail for the event's sake.
    package var prefersLikely: Bool

    package init(total: Int, unlikely: Int, failingTypes: Set<String> = [], prefersLikely: Bool = false) {
        self.total = total
        self.unlikely = unlikely
        self.failingTypes = failingTypes
        self.prefersLikely = prefersLikely
    }

    /// Whether a delivery sent for the first time is likely to be taken.
    package func isLikely(type: String) -> Bool { !failingTypes.contains(type) }

    /// Attempts that leave room for a replay where they are fewer: a replay may well fail, too.
    package var replays: Int { prefersLikely ? unlikely : total }

    /// A delivery that is due.
    package struct Candidate: Sendable, Equatable {
        package var id: Int64
        package var dueAt: Instant

        package init(id: Int64, dueAt: Instant) {
            self.id = id
            self.dueAt = dueAt
        }
    }

    /// Those of the deliveries to take, in the order to send them.
    ///
    /// Each list is in the order of being due, and may be cut: `total` of the likely and `unlikely` of the others
    /// suffice.
    ///
    /// - Parameters:
    ///   - likely: never tried, of types that do not fail.
    ///   - doubtful: never tried, of types that do.
    ///   - failed: tried before.
    package func choice(likely: [Candidate], doubtful: [Candidate], failed: [Candidate]) -> [Int64] {
        if prefersLikely {
            return (likely + (doubtful + failed).prefix(unlikely)).prefix(total).map(\.id)
        }
        let unlikelyOnes = (doubtful + failed).sorted(by: Candidate.isEarlier).prefix(unlikely)
        return (likely + unlikelyOnes).sorted(by: Candidate.isEarlier).prefix(total).map(\.id)
    }
}

extension Admission.Candidate {
    fileprivate static func isEarlier(_ left: Self, _ right: Self) -> Bool {
        (left.dueAt, left.id) < (right.dueAt, right.id)
    }
}

/// What waits in a queue when nothing more of it may be taken.
package struct WaitingQueue: Sendable, Equatable {
    /// Whether something is due that is not under way.
    package var isDue: Bool
    /// When the next delivery becomes due that is not yet.
    package var next: Instant?

    package init(isDue: Bool, next: Instant?) {
        self.isDue = isDue
        self.next = next
    }
}
