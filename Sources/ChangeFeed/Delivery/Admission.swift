// What an endpoint's gate lets through at one moment, and which of what is due that is.

/// How many attempts may begin, and for what.
///
/// What may well fail again has room of its own: deliveries that failed before, and those of types whose events fail.
/// So what a receiver cannot take never stands in the way of what it can.
package struct Admission: Sendable, Equatable {
    package typealias Lane = DeliveryTurns.Lane

    /// Attempts that may begin.
    package var total: Int
    /// How many of them may be for what may well fail.
    package var unlikely: Int
    /// Types of which the event that was last tried for the first time failed.
    package var failingTypes: Set<String>
    /// Whether what is likely to be taken goes first, whoever's turn it is: where one attempt is to find out how the
    /// receiver is, it is not to fail for the event's sake.
    package var prefersLikely: Bool
    /// Whether the first place is for what is likely to be taken; the places after it are given by turns.
    package var isLikelysTurn: Bool
    /// Whether, where one attempt is to find out, the first place of what may well fail is for what was never tried; what
    /// was tried has the next place then.
    package var isUntriedsTurn: Bool
    private let turns: DeliveryTurns

    package init(
        total: Int, unlikely: Int, failingTypes: Set<String> = [], prefersLikely: Bool = false,
        isLikelysTurn: Bool = true, isUntriedsTurn: Bool = true, turns: DeliveryTurns = DeliveryTurns()
    ) {
        self.total = total
        self.unlikely = unlikely
        self.failingTypes = failingTypes
        self.prefersLikely = prefersLikely
        self.isLikelysTurn = isLikelysTurn
        self.isUntriedsTurn = isUntriedsTurn
        self.turns = turns
    }

    /// Where deliveries of a type wait.
    package func lane(of type: String, wasTried: Bool) -> Lane {
        Lane(of: type, wasTried: wasTried, failingTypes: failingTypes)
    }

    /// Deliveries that are taken of one lane at most.
    package func places(of lane: Lane) -> Int { lane == .likely ? total : unlikely }

    /// Attempts that leave room for a replay where they are fewer: a replay may well fail, too.
    package var replays: Int { prefersLikely ? unlikely : total }

    /// Whether a delivery that was claimed may begin.
    func admits(_ delivery: DueDelivery) -> Bool {
        if delivery.isReplay { return replays > 0 }
        return places(of: lane(of: delivery.type, wasTried: delivery.attempts > 0)) > 0
    }

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
    /// - Parameter due: by their lanes, of each of which as many as it has `places` suffice.
    package func choice(of due: [Lane: [Candidate]]) -> [Int64] {
        let likely = due[.likely, default: []].sorted(by: Candidate.isEarlier)
        let unlikely = unlikelyOnes(of: due).prefix(unlikely)
        if prefersLikely { return (likely + unlikely).prefix(total).map(\.id) }
        let (first, second) = isLikelysTurn ? (likely[...], unlikely) : (unlikely, likely[...])
        return Self.byTurns([first, second]).prefix(total).map(\.id)
    }

    private func unlikelyOnes(of due: [Lane: [Candidate]]) -> [Candidate] {
        let lanes = due.keys.filter { $0 != .likely }.sorted(by: turns.isEarlier)
        func candidates(of lanes: [Lane]) -> [Candidate] {
            Self.byTurns(lanes.map { due[$0, default: []].sorted(by: Candidate.isEarlier)[...] })
        }
        guard prefersLikely else { return candidates(of: lanes) }
        let (untried, tried) = (lanes.filter { !$0.wasTried }, lanes.filter(\.wasTried))
        let inTurn = (isUntriedsTurn ? [untried, tried] : [tried, untried]).map(candidates)
        return Self.byTurns(inTurn.map { $0[...] })
    }

    /// The first of each list, then the second of each, and so on.
    private static func byTurns(_ lists: [ArraySlice<Candidate>]) -> [Candidate] {
        var (lists, taken) = (lists, [Candidate]())
        while !lists.allSatisfy(\.isEmpty) {
            for index in lists.indices { if let next = lists[index].popFirst() { taken.append(next) } }
        }
        return taken
    }
}

extension Admission.Candidate {
    package static func isEarlier(_ left: Self, _ right: Self) -> Bool {
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
