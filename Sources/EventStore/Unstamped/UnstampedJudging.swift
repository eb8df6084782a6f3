// What becomes of changes without a stamp once their reading has ended: told, or held. Decided at once, and carried out a
// part in each transaction.

import ChangeFeed

/// A reading has ended: what it found is to be told, but for what so many records share that nobody has edited them.
package struct UnstampedJudging {
    private let resource: Int64
    private let reading: Reading
    private let isWhole: Bool
    private let now: Instant

    /// - Parameter isWhole: false where the reading does not end, and has been given enough time.
    package init(of resource: Int64, foundBy reading: Reading, isWhole: Bool = true, at now: Instant) {
        self.resource = resource
        self.reading = reading
        self.isWhole = isWhole
        self.now = now
    }

    /// - Returns: what is held from now on; nil: nothing that was not held before.
    package func run(in store: any StoreTransaction) throws -> HeldChanges? {
        // What is found while the last verdict is carried out waits for the next reading.
        guard try !store.verdicts(of: resource).contains(where: { $0.reading == reading }),
            try store.count(UnstampedSelection(.open, of: resource, foundBy: reading)) > 0
        else { return nil }
        let paths = try store.unstampedPaths(of: resource, foundBy: reading)
        let found = UnstampedChanges(
            recordsByPath: paths.mapValues(\.records), heldPaths: Set(paths.filter(\.value.isHeld).keys),
            among: try store.count(RecordSelection([.listed], of: resource)), isWhole: isWhole)
        let toHold = found.pathsToHold
        let before = try store.count(UnstampedSelection(.held, of: resource))
        let verdict = UnstampedVerdict(
            reading: reading, foundThrough: try store.lastUnstamped(.open, of: resource) ?? .distantPast,
            decidedAt: now, heldPaths: toHold)
        let new =
            toHold.isEmpty
            ? 0 : try store.count(UnstampedSelection(.open, of: resource, foundBy: reading, within: toHold))
        try store.write([.verdict(verdict, of: resource)])
        _ = try VerdictCarrying(of: resource, limit: Limits.decidedAtOnce).run(in: store)
        guard new > 0 else { return nil }
        let named = try store.heldPaths(of: resource)
        return HeldChanges(
            records: before + new, among: found.among, paths: named.isEmpty ? toHold.sorted() : named)
    }
}

/// Carries out what was decided about changes that readings have found, about `limit` of them at most.
package struct VerdictCarrying {
    private let resource: Int64
    private let limit: Int

    package init(of resource: Int64, limit: Int) {
        self.resource = resource
        self.limit = limit
    }

    /// - Returns: about how many.
    package func run(in store: any StoreTransaction) throws -> Int {
        var left = limit
        for verdict in try store.verdicts(of: resource) where left > 0 {
            let open = try store.openUnstamped(
                of: resource, foundBy: verdict.reading, through: verdict.foundThrough, limit: left)
            let (held, told) = (open.filter { verdict.holds($0.paths) }, open.filter { !verdict.holds($0.paths) })
            var batch: [StoreOperation] = []
            if !held.isEmpty {
                batch.append(.decideUnstamped(held.map(\.id), of: resource, .held, heldSince: verdict.decidedAt))
            }
            if !told.isEmpty {
                batch.append(.decideUnstamped(told.map(\.id), of: resource, .telling, heldSince: nil))
            }
            if open.count < left { batch.append(.endVerdict(verdict.reading, of: resource)) }
            left -= open.count
            try store.write(batch)
        }
        return limit - left
    }
}
