// Parts of an account on their way, and how they are written.

import ChangeFeed

/// Known records, with all that is kept of them.
struct RecordPart {
    /// In their order.
    let ids: [RecordID]
    private let summaries: [RecordID: KnownSummary]
    private let contents: [RecordID: [UInt8]]
    private let found: Set<RecordID>
    /// By sweeps that have met some of them, those that they have not met.
    private let missed: [Int: Set<RecordID>]

    init(_ ids: [RecordID], of resource: Int64, sweeps: [Int], in store: any StoreReading) throws {
        self.ids = ids
        summaries = try store.summaries(of: ids, in: resource)
        contents = try store.contents(of: ids, in: resource)
        found = try store.found(among: ids, in: resource)
        var missed: [Int: Set<RecordID>] = [:]
        for sweep in sweeps where !ids.isEmpty {
            let selection = RecordSelection(
                Set(Presence.allCases), of: resource, first: ids.first, last: ids.last, missedBySweep: sweep)
            missed[sweep] = Set(try store.ids(selection, limit: nil, offset: 0))
        }
        self.missed = missed
    }

    func operations(as resource: KnownResource) -> [StoreOperation] {
        var (whole, unreadable): ([RecordWrite], [RecordWrite]) = ([], [])
        for id in ids {
            guard let summary = summaries[id] else { continue }
            let content = contents[id].flatMap { try? RawRecord.read($0) }
            let write = RecordWrite(id, before: nil, after: summary, content: content)
            if content == nil { unreadable.append(write) } else { whole.append(write) }
        }
        var batch: [StoreOperation] = [.records(whole, of: resource)]
        if !unreadable.isEmpty { batch.append(.unreadable(unreadable, of: resource.id)) }
        if !found.isEmpty { batch.append(.found(found.sorted(), of: resource.id)) }
        for (sweep, missed) in missed.sorted(by: { $0.key < $1.key }) {
            batch.append(.swept(ids.filter { !missed.contains($0) }, of: resource.id, sweep: sweep))
        }
        return batch
    }
}

/// Where a change without a stamp stands.
private struct ChangeStanding: Hashable {
    let state: UnstampedState
    let since: Instant?
}

extension [MovedChange] {
    /// One that cannot be read would come to nothing, and is left out.
    func operations(as resource: KnownResource) -> [StoreOperation] {
        let readable = compactMap { change in
            (try? RawRecord.read(change.content)).map { (change, $0) }
        }
        let writes = readable.map { change, record in
            UnstampedWrite(record: record, id: change.id, reading: change.reading, paths: change.paths.sorted())
        }
        let alike = Dictionary(grouping: readable.map(\.0)) { ChangeStanding(state: $0.state, since: $0.heldSince) }
        return [.keepUnstamped(writes, of: resource, foundAt: .distantPast)]
            + alike.map { standing, changes in
                .decideUnstamped(changes.map(\.id), of: resource.id, standing.state, heldSince: standing.since)
            }
    }
}

extension [MovedDelivery] {
    func operations(_ numbers: MoveNumbers) -> [StoreOperation] {
        var changes: [Int64: DeliveryChange] = [:]
        var folds: [FoldWrite] = []
        for moved in self {
            let id = moved.delivery.id + numbers.deliveries
            var change = DeliveryChange()
            if moved.attempts != 0 { change.attempts = moved.attempts }
            if moved.attemptsBefore != 0 { change.attemptsBefore = moved.attemptsBefore }
            change.settledAt = moved.settledAt
            if change != DeliveryChange() { changes[id] = change }
            if let fold = moved.fold {
                var write = FoldWrite(delivery: id, resource: moved.resource + numbers.resources)
                (write.base, write.told, write.isPassedOn) = (fold.base, fold.told, fold.isPassedOn)
                folds.append(write)
            }
        }
        let attempts = flatMap { moved in
            moved.log.map { AttemptReport($0, of: moved.delivery.id + numbers.deliveries) }
        }
        return [.enqueue(map { numbers.moved($0.delivery) }), .change(changes), .fold(folds), .attempts(attempts)]
    }
}

extension AttemptReport {
    /// Of one that is long over: what was decided about it then is kept with its delivery.
    fileprivate init(_ attempt: ListedAttempt, of delivery: Int64) {
        let failure = attempt.failure.flatMap(AttemptFailure.init(rawValue:))
        let outcome = AttemptOutcome(
            verdict: failure.map { .failed($0) } ?? .answered(status: attempt.status ?? 0), status: attempt.status,
            detail: attempt.detail, answer: attempt.answer, duration: attempt.duration, phases: attempt.phases)
        self.init(
            deliveryID: delivery, number: attempt.number, startedAt: attempt.startedAt, outcome: outcome,
            disposition: .delivered)
    }
}

extension KnownResource {
    /// As one is written that no configuration describes here: all that is asked of its plan is where records have their ids,
    /// for training by them how they are packed.
    init(moved resource: MovedResource) throws {
        let name = resource.called ?? resource.name
        let plan = ResourcePlan(
            name: name, typeName: name.text, search: try URLTemplate(parsing: "/Moved?updated_after_utc=${epoch:s}"),
            listing: RequestTarget(path: "/Moved"), idField: FieldPath(resource.source?.idField ?? "ID"),
            updatedDate: nil, createdDate: nil, interval: .auto)
        self.init(id: resource.id, plan: plan, eventName: resource.eventName ?? resource.name)
    }
}
