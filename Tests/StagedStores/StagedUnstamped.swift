// Changes of a staged store's records that moved no stamp, and what is decided about them.

import ChangeFeed
import EventStore

extension StagedStore {
    /// A record with a field that came onto its layout.
    package static func relaid(_ id: Int, name: String = "A", updated: String = "2026-11-23 10:00:00") -> String {
        record(id, name: name, updated: updated).dropLast() + ",\"CHECKED\":false}"
    }

    /// Commits a page of a reading, which ends with it or does not.
    @discardableResult
    package func read(
        _ records: [String], _ reading: Reading = .sweep, ends: Bool = true
    ) throws -> CommitSummary {
        var page = try page(records, threshold: .since(now))
        page.sighting = reading == .sweep ? .list : .search
        page.reading = reading
        page.endedReadings = ends ? [reading] : []
        return try store.commit(page, to: [endpoint], detectedAt: now, at: now)
    }

    /// What a command beside the daemon asks of it.
    package func ask(_ decision: HeldDecision) throws -> HeldDecision.Answer {
        try store.transact { try AskForDecision(decision, of: Self.plan.name).run(in: $0) }
    }

    /// The same, carried out.
    package func decide(_ decision: HeldDecision) throws -> HeldDecision.Answer {
        let answer = try ask(decision)
        while try store.carryOutDecision(limit: 30).hasMore {}
        return answer
    }

    @discardableResult
    package func settle(limit: Int = 500) throws -> (settled: Int, told: Int) {
        try store.settleUnstamped([Self.plan], to: [endpoint], limit: limit, detectedAt: now, at: now)
    }

    package func judgeOverdue(after time: Duration) throws -> [OverdueReading] {
        try store.judgeOverdueUnstamped([Self.plan], waitingFor: .hours(24), at: now + time)
    }

    /// Changes that are held, or wait for the end of what found them.
    package func unstamped() throws -> StagedUnstamped {
        try store.look { store in
            var unstamped = StagedUnstamped()
            guard let resource = try store.resource(named: Self.plan.name)?.id else { return unstamped }
            unstamped.held = try store.count(UnstampedSelection(.held, of: resource))
            unstamped.heldThrough = try store.lastUnstamped(.held, of: resource)
            unstamped.heldIn = try store.heldPaths(of: resource)
            unstamped.open = try store.count(UnstampedSelection(.open, of: resource))
            unstamped.openThrough = try store.lastUnstamped(.open, of: resource)
            return unstamped
        }
    }
}

/// Records whose changes moved no stamp, and are not decided.
package struct StagedUnstamped: Sendable, Equatable {
    package var held = 0
    /// When the last of them came to be held.
    package var heldThrough: Instant?
    /// Paths, in their order as texts.
    package var heldIn: [String] = []
    package var open = 0
    /// When the last of those that wait was found.
    package var openThrough: Instant?
}
