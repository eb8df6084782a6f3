// What one resource could ask for next, and which of several resources goes first.

/// A kind of request that a lane makes.
package enum LaneWork: Sendable, Equatable {
    /// The first page of the baseline, which fixes from when on changes are news: nothing before it is reported.
    case firstContact
    case poll
    /// A poll before its time; its further pages as well, until its time has come.
    case hintedPoll
    case baseline
    case errand(PresenceWatch.Errand)

    package var purpose: RequestPurpose {
        switch self {
        case .firstContact, .poll: .poll
        case .hintedPoll: .hint
        case .baseline: .baseline
        case .errand(.count): .count
        case .errand(.search): .search
        case .errand(.look), .errand(.control): .lookup
        case .errand(.sweep): .sweep
        }
    }

    /// Whether it reads what has changed.
    var isPoll: Bool { self == .poll || self == .hintedPoll }

    /// The smaller, the sooner.
    private var urgency: Int {
        self == .firstContact ? -1 : RequestPurpose.allCases.firstIndex(of: purpose) ?? 0
    }

    func isMoreUrgent(than other: LaneWork) -> Bool? { urgency == other.urgency ? nil : urgency < other.urgency }
}

/// A lane that could send a request: what for, from when on, and what decides between lanes that could.
package struct LaneTurn: Sendable {
    package let work: LaneWork
    package let from: Instant
    /// Whether its last request held everybody up. Others go first then: it may be the one that always does.
    let wasHeld: Bool
    /// Of a poll under way; 0: it begins.
    let pagesBefore: Int
    let lastAsked: Instant

    /// What the day has least room for comes last.
    var weight: Int { work.purpose != .poll ? 2 : pagesBefore > 0 ? 1 : 0 }

    func goesBefore(_ other: LaneTurn) -> Bool {
        if wasHeld != other.wasHeld { return other.wasHeld }
        if let isMoreUrgent = work.isMoreUrgent(than: other.work) { return isMoreUrgent }
        return max(from, lastAsked) < max(other.from, other.lastAsked)
    }
}
