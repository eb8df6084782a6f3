// Whose turn it is, of what waits for one endpoint.

/// The lanes of an endpoint's queue take turns: none is waited for until it is empty, however long it is.
package struct DeliveryTurns: Sendable, Equatable {
    /// What shares a turn.
    package enum Lane: Sendable, Hashable {
        /// Never tried, of the types that do not fail, which go together in the order of being due.
        case likely
        /// Never tried, of a type that fails.
        case doubtful(type: String)
        /// Tried before.
        case failed(type: String)

        init(of type: String, wasTried: Bool, failingTypes: Set<String>) {
            self =
                wasTried ? .failed(type: type) : failingTypes.contains(type) ? .doubtful(type: type) : .likely
        }
    }

    /// How many attempts had begun when each lane had its last turn.
    private var turns: [Lane: Int] = [:]
    private var begun = 0
    private var last: Lane?
    /// Attempts for what was never tried, of what may well fail, since the last one for what was, or since a circuit opened.
    private var untriedInARow = 0
    private var likelyUntil = Instant.distantPast

    package init() {}

    /// Whether it is the turn of what is likely to be taken.
    package func isOfLikely(at now: Instant) -> Bool { last != .likely || now < likelyUntil }

    /// Whether, of what may well fail, it is the turn of what was never tried: two for one of what was, which may have
    /// failed in an outage only.
    package var isOfUntried: Bool { untriedInARow < 2 }

    /// Whether a lane comes before another. What was never tried tells more of a receiver than what was.
    package func isEarlier(_ left: Lane, _ right: Lane) -> Bool {
        (turns[left] ?? 0, left.rank, left.type) < (turns[right] ?? 0, right.rank, right.type)
    }

    /// - Parameter isFirstProbe: whether nothing has found out anything since the receiver began to fail.
    mutating func began(_ lane: Lane, isFirstProbe: Bool) {
        begun += 1
        if isFirstProbe || lane.wasTried { untriedInARow = 0 }
        if case .doubtful = lane { untriedInARow += 1 }
        turns[lane] = begun
        last = lane
    }

    /// An attempt that was not likely to succeed has kept all others waiting. They have as much time after it.
    mutating func kept(others duration: Duration, until now: Instant) {
        likelyUntil = max(likelyUntil, now + duration)
    }
}

extension DeliveryTurns.Lane {
    package var wasTried: Bool {
        if case .failed = self { true } else { false }
    }

    fileprivate var rank: Int {
        switch self {
        case .likely: 0
        case .doubtful: 1
        case .failed: 2
        }
    }

    fileprivate var type: String {
        switch self {
        case .likely: ""
        case .doubtful(let type), .failed(let type): type
        }
    }
}
