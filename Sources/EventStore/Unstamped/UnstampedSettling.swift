// Changes without a stamp of which it is decided what becomes of them: told now, or learned.

import ChangeFeed

/// Tells, or learns, of what is to be told or learned of one resource at most so many.
package struct UnstampedSettling {
    private let announcing: Announcing
    private let limit: Int

    package init(_ announcing: Announcing, limit: Int) {
        self.announcing = announcing
        self.limit = limit
    }

    private var resource: KnownResource { announcing.resource }
    private var plan: ResourcePlan { announcing.resource.plan }

    package func run(in store: any StoreTransaction) throws -> (settled: Int, told: Int) {
        let decided = try store.decidedUnstamped(of: resource.id, limit: limit)
        guard !decided.isEmpty else { return (0, 0) }
        let ids = decided.map(\.id)
        let known = try store.summaries(of: ids, in: resource.id)
        let contents = try store.contents(of: ids, in: resource.id)
        let hasByID = known.values.contains { $0.answer == .byID }
        let fromPages = MembersOfPages(
            hasByID ? try store.contentsFromPages(in: resource.id, limit: Limits.recordsAskedForAMember) : [])
        var (writes, tellings): ([RecordWrite], [Telling]) = ([], [])
        for change in decided {
            let settled = settle(change, over: known[change.id], contents[change.id] ?? [], fromPages)
            if let write = settled.write { writes.append(write) }
            if let telling = settled.telling { tellings.append(telling) }
        }
        let told = try announcing.operations(for: tellings, in: store)
        try store.write([.forgetUnstamped(ids, of: resource.id), .records(writes, of: resource)] + told)
        return (decided.count, tellings.count)
    }

    private func settle(
        _ decided: DecidedChange, over known: KnownSummary?, _ content: [UInt8], _ fromPages: MembersOfPages
    ) -> (write: RecordWrite?, telling: Telling?) {
        guard let known else { return (nil, nil) }
        var after = known
        guard known.presence != .deleted, let record = try? RawRecord.read(decided.content),
            let seen = SeenRecord(record, idField: plan.idField)
        else {
            // What was damaged in the store is read anew.
            after.fingerprint = Fingerprint(of: [])
            return (RecordWrite(decided.id, before: known, after: after, content: nil), nil)
        }
        let announced = try? RawRecord.read(content)
        let changes = announced.map {
            plan.changes(
                from: $0, in: known.answer, to: record, in: .page, pagesTell: { fromPages.tell($0) })
        }
        after.fingerprint = seen.fingerprint
        (after.answer, after.lastStamp) = (.page, nil)
        guard decided.isTold, changes?.isEmpty != true else {
            return (RecordWrite(seen.id, before: known, after: after, content: record), nil)
        }
        after.version += 1
        let change = Change(
            kind: .updated, recordID: seen.id, record: record, changedAt: plan.stamp(of: record), changes: changes)
        return (
            RecordWrite(seen.id, before: known, after: after, content: record),
            Telling(change, version: after.version, before: content)
        )
    }
}
