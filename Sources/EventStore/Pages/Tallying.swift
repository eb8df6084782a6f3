// What is known of the presence of a resource's records.

import ChangeFeed

extension RecordReading where Self: RequestReading {
    /// - Parameter batch: which suspects it shows, where there are more than fit.
    package func tally(of resource: Int64, batch: Int) throws -> PresenceTally {
        let listed = try count(RecordSelection([.listed], of: resource))
        let selection = RecordSelection([.suspect], of: resource)
        let all = try count(selection)
        let suspects = try all == 0 || dismissesSuspects(of: resource) ? 0 : all
        let places = Spread.places(of: suspects, atMost: Limits.suspectsAtOnce, from: batch)
        return PresenceTally(
            listed: listed, suspects: suspects, batch: places.isEmpty ? [] : try ids(selection, at: places))
    }
}

extension RecordReading where Self: RequestReading & AccountReading {
    /// The same of each resource.
    package func tallies() throws -> [ResourceName: PresenceTally] {
        let rows = try resources()
        return Dictionary(uniqueKeysWithValues: try rows.map { ($0.name, try tally(of: $0.id, batch: 0)) })
    }
}

package enum Spread {
    /// Places of `most` among `count` things, 0 for the first, as evenly as they can be; others for another start.
    package static func places(of count: Int, atMost most: Int, from start: Int) -> [Int] {
        guard count > 0 else { return [] }
        let shown = min(most, count)
        // Of the places behind the start, those where a multiple of `count / shown` is passed.
        let passed = start * shown / count
        return (1...shown).compactMap { step in
            let place = ((passed + step) * count + shown - 1) / shown - start - 1
            return (0..<count).contains(place) ? place : nil
        }
    }
}

extension RequestReading {
    private func dismissals(of resource: Int64) throws -> [OperatorRequest] {
        try requests([.dismiss]).filter { $0.resource == resource }
    }

    /// Whether the suspects of a resource are to be dismissed, or are being. Nothing joins them meanwhile, for nobody has
    /// decided about it: what goes missing is found by the next count or sweep.
    package func awaitsDismissal(of resource: Int64) throws -> Bool {
        try dismissals(of: resource).contains { request in
            if case .held(let held) = request.wish { held.deletesHeldSince != nil } else { true }
        }
    }

    /// Whether the suspects of a resource are being dismissed, a part in each transaction. None of the rest is asked for.
    package func dismissesSuspects(of resource: Int64) throws -> Bool {
        try dismissals(of: resource).contains { request in
            if case .held(let held) = request.wish { held.areDeletesBegun } else { false }
        }
    }
}
