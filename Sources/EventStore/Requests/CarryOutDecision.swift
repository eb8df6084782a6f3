// The carrying out of what was decided about that which is held, a little at a time.

import ChangeFeed

/// What came of carrying decisions out for a while.
package struct DecisionStep: Sendable {
    /// A decision that was carried out to its end.
    package struct Done: Sendable {
        package var name: ResourceName
        /// Whether what was held is dismissed, rather than told.
        package var isDismissed: Bool
        /// Whether deletes are among that; the others of a resource stay held.
        package var dismissesDeletes: Bool
    }

    package var done: Done?
    /// A decision that could not be read, and is forgotten.
    package var dropped: UnreadableRow?
    package var hasMore = false
}

/// Carries out what was decided first about changes that are held, or about deletes that nobody is to be told of, for
/// at most `limit` records. What is to be told is told by `settleUnstamped`.
package struct CarryOutDecision {
    package static let verbs: Set<OperatorRequest.Verb> = [.releaseChanges, .dismiss]
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    package func run(in store: any StoreTransaction) throws -> DecisionStep {
        let rows = try store.resources()
        let asked = try store.requests(Self.verbs).lazy.compactMap { request in
            rows.first { $0.id == request.resource }.map { (request: request, row: $0) }
        }.first
        guard let (request, row) = asked else { return DecisionStep() }
        // What is about to be held is held, for whoever asked.
        guard try VerdictCarrying(of: row.id, limit: limit).run(in: store) < limit else {
            return DecisionStep(hasMore: true)
        }
        let now = try store.heldThings(of: row)
        guard var held = request.held(ifOfAll: now) else {
            try store.write([.endRequests([request.id])])
            return DecisionStep(dropped: UnreadableRow(request: request.id), hasMore: true)
        }
        let isDismissed = request.verb == .dismiss
        let isDone = try carryOn(&held, now: now, of: row.id, isDismissed: isDismissed, in: store)
        try store.write([isDone ? .endRequests([request.id]) : .update(request: request.id, .held(held))])
        let done = DecisionStep.Done(
            name: row.name, isDismissed: isDismissed, dismissesDeletes: held.areDeletesBegun)
        return DecisionStep(done: isDone ? done : nil, hasMore: true)
    }

    /// Whether nothing of it is left.
    private func carryOn(
        _ held: inout HeldThings, now: HeldThings, of resource: Int64, isDismissed: Bool,
        in store: any StoreTransaction
    ) throws -> Bool {
        var left = limit
        if let through = held.changesHeldThrough {
            let ids = try store.heldUnstamped(of: resource, through: through, limit: left)
            if !ids.isEmpty {
                try store.write([.settleHeld(ids, of: resource, isDismissed ? .learning : .telling)])
            }
            left -= ids.count
        }
        guard isDismissed, let since = held.deletesHeldSince else { return left > 0 }
        // Others may have come to be held since then.
        if !held.areDeletesBegun, now.deletesHeldSince != since {
            held.deletesHeldSince = nil
            return left > 0
        }
        held.areDeletesBegun = true
        guard left > 0 else { return false }
        let suspects = RecordSelection([.suspect], of: resource)
        try store.write([.move(suspects, to: .dismissed, limit: left)])
        return try store.ids(suspects, limit: 1, offset: 0).isEmpty
    }
}

extension OperatorRequest {
    /// What it is about; nil where it cannot be read. A request from before that was kept is about all that is held when it
    /// is met.
    func held(ifOfAll all: HeldThings) -> HeldThings? {
        switch wish {
        case .held(let held): held
        case .nothingElse: all
        case .replay, .delivery, .letters, .unreadable: nil
        }
    }
}

/// The resources whose held deletes somebody released. A request stays until a commit has carried it out, so that no
/// crash forgets it.
package struct FindReleases {
    package init() {}

    /// - Returns: also the requests that could not be read, and are forgotten.
    package func run(in store: any StoreTransaction) throws -> (names: [ResourceName], dropped: [UnreadableRow]) {
        let rows = try store.resources()
        var (names, dropped, ended): ([ResourceName], [UnreadableRow], [Int64]) = ([], [], [])
        for request in try store.requests([.release]) {
            guard let row = rows.first(where: { $0.id == request.resource }) else { continue }
            let asked = request.held(ifOfAll: try store.heldThings(of: row))
            if let held = row.deletesHeldSince, asked?.deletesHeldSince == held {
                names.append(row.name)
            } else {
                if asked == nil { dropped.append(UnreadableRow(request: request.id)) }
                ended.append(request.id)
            }
        }
        if !ended.isEmpty { try store.write([.endRequests(ended)]) }
        return (names, dropped)
    }
}
