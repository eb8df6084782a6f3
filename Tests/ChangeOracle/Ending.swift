// Whether everything has been told once all is quiet.

import ChangeFeed
import ReceivedEvents
import SimulatedWorld

extension Watch {
    /// The first number that is missing among those of all events; nothing where none is.
    package var gaps: [String] {
        zip(sequences.sorted(), 1...).first { $0 != $1 }.map { ["#\($0) stands where #\($1) should"] } ?? []
    }

    /// What is missing at the end: everything has been polled and delivered.
    ///
    /// - Parameters:
    ///   - polled: the objects that were polled.
    ///   - lookout: what the daemon can find out.
    ///   - ignored: fields whose change alone need not be told.
    ///   - hasSeen: whether a page with the record was ever committed; a record that came and went between two polls need
    ///     not be told.
    package func missing(
        in world: SimulatedInstance, polled: [SimulatedObject], lookout: Lookout, ignored: [String] = [],
        hasSeen: (SimulatedObject, Int64) -> Bool, newsThreshold: (SimulatedObject) throws -> NewsThreshold?
    ) rethrows -> [String] {
        var complaints: [String] = []
        for object in polled {
            for id in world.ids(of: object) + world.recycledIDs(of: object) {
                let truth = RecordTruth(object, id, in: world)
                let told = told["\(object.resource)/\(id)"]
                if wasDismissed(object, unlessListed: truth) { continue }
                let complaint: String?
                switch truth.destiny(lookout) {
                case .anything: continue
                case .state(_, ifSeen: true) where told == nil && !hasSeen(object, id): continue
                case .deleted: complaint = Self.missedDeletion(told, hasSeen: hasSeen(object, id))
                case .state(let range, _):
                    complaint = try missedState(
                        told, truth, range, of: object, ignored: ignored, newsThreshold: newsThreshold(object))
                }
                if let complaint { complaints.append("\(object.resource)/\(id): \(complaint)") }
            }
        }
        return complaints
    }

    /// Whether the record was away when what was missing of its object was dismissed, and may be known or not since.
    private func wasDismissed(_ object: SimulatedObject, unlessListed truth: RecordTruth) -> Bool {
        dismissals[object].map { truth.wasUnlisted(until: $0) } ?? false
    }

    private static func missedDeletion(_ told: Told?, hasSeen: Bool) -> String? {
        if let told { return told.isDeleted ? nil : "its deletion was not told" }
        return hasSeen ? "it was learned without a word, and its deletion was not told" : nil
    }

    /// The last event holds what the record says now; a record without an event has not changed since it was news.
    private func missedState(
        _ told: Told?, _ truth: RecordTruth, _ range: Range<Int>, of object: SimulatedObject, ignored: [String],
        newsThreshold: NewsThreshold?
    ) -> String? {
        let states = truth.states
        if let told, told.isDeleted { return "it lives, and was last told as deleted" }
        var known: [[UInt8]]
        if let told {
            known = [told.record]
        } else if case .since(let threshold)? = newsThreshold {
            known = states.filter { $0.stamp < threshold }.map(\.document.json)
        } else {
            known = []
        }
        guard !known.isEmpty else { return "it was never announced" }
        // What was dismissed was learned without a word.
        if let dismissal = dismissals[object] {
            known += states.filter { $0.at <= dismissal }.map(\.document.json)
        }
        let isCurrent = known.contains { known in
            states[range].contains { state in
                state.document.isShown(as: known)
                    || Patch(changes: [], ignored: ignored).leads(from: known, to: state.document.json)
            }
        }
        guard !isCurrent, let last = states.last(where: \.isStamped) else { return nil }
        let differing = Patch.differing(known[known.count - 1], states[states.count - 1].document.json)
        return "the change at \(last.at.iso8601) was not told: \(last.summary); it differs in \(differing)"
    }
}
