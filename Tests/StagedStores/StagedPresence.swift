// Records of a staged store that lists show, lack, or hold no more.

import ChangeFeed
import EventStore

extension StagedStore {
    /// Carries a presence step out, as a commit that brings these records.
    @discardableResult
    package func take(
        _ step: PresenceStep, _ records: [String] = [], sighting: Sighting = .list,
        presence: PresenceProgress = PresenceProgress()
    ) throws -> CommitSummary {
        var page = try page(records)
        page.presence = step
        page.sighting = sighting
        page.progress.presence = presence
        return try store.commit(page, to: [endpoint], detectedAt: now, at: now)
    }

    /// Learns silently that a list shows these records.
    package func learn(_ ids: some Sequence<Int>) throws {
        var page = try page(ids.map { Self.record($0, name: "A") }, threshold: .since(now), baseline: .firstPage)
        page.sighting = .list
        _ = try store.commit(page, to: [endpoint], detectedAt: now, at: now)
    }

    /// Where each known record stands.
    package func presences() throws -> [Int: Presence] {
        var presences: [Int: Presence] = [:]
        for (presence, ids) in try idsByPresence() {
            for id in ids { presences[Int(id.description) ?? 0] = presence }
        }
        return presences
    }

    private func idsByPresence() throws -> [Presence: [RecordID]] {
        try store.look { store in
            guard let resource = try store.resource(named: Self.plan.name) else { return [:] }
            let ids = try Presence.allCases.map { presence in
                (presence, try store.ids(RecordSelection([presence], of: resource.id), limit: nil, offset: 0))
            }
            return Dictionary(uniqueKeysWithValues: ids)
        }
    }

    /// How many records stand where, without what there is none of.
    package func records() throws -> [Presence: Int] {
        try idsByPresence().mapValues(\.count).filter { $0.value > 0 }
    }
}
