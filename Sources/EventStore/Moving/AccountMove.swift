// An account that is carried from one store to another.

import ChangeFeed

/// Everything of one account, in parts that are a transaction each.
struct AccountMove {
    private let name: String
    private let source: any StoreEngine
    private let target: any StoreEngine
    private let numbers: MoveNumbers
    private let goesOn: (MoveProgress) -> Bool

    init(
        _ name: String, from source: any StoreEngine, to target: any StoreEngine, _ numbers: MoveNumbers,
        _ goesOn: @escaping (MoveProgress) -> Bool
    ) {
        self.name = name
        self.source = source
        self.target = target
        self.numbers = numbers
        self.goesOn = goesOn
    }

    func run(_ summary: inout MoveSummary) throws {
        let resources = try source.look { try $0.movedResources() }
        try write(try source.look { try head(resources, in: $0) })
        for resource in resources {
            let moved = try KnownResource(moved: numbers.moved(resource))
            try records(of: resource, as: moved, &summary.records)
            try changes(of: resource.id, as: moved)
        }
        let known = Dictionary(
            uniqueKeysWithValues: try resources.map { ($0.id, try KnownResource(moved: numbers.moved($0))) })
        try events(of: known, &summary.events)
        try deliveries(&summary.deliveries)
        try write(
            try source.look { store in
                // What cannot be read would be dropped by the daemon, too.
                let asked = try store.requests(Set(OperatorRequest.Verb.allCases)).filter { $0.wish != .unreadable }
                return asked.map { .ask(numbers.moved($0)) } + [.lastSequence(try store.lastSequence())]
            })
    }

    private func write(_ batch: [StoreOperation]) throws {
        try target.transact { try $0.write(batch) }
    }

    private func tell(_ part: MoveProgress.Part, _ done: Int, of whole: Int) throws {
        guard goesOn(MoveProgress(account: name, part: part, done: done, whole: whole)) else { throw MoveStopped() }
    }

    // MARK: - What there is little of

    private func head(_ resources: [MovedResource], in store: any StoreReading) throws -> [StoreOperation] {
        let memory = try store.budgetMemory()
        var batch: [StoreOperation] = [.fingerprintSeed(try store.fingerprintSeed()), .budget(memory)]
        batch.append(.ledger(memory.ledger))
        if let instance = try store.instance() { batch.append(.instance(instance)) }
        for resource in resources.map(numbers.moved) {
            batch.append(.resource(resource))
            if let progress = resource.progress { batch.append(.progress(progress, resource: resource.id)) }
            if let pace = resource.pace { batch.append(.pace(pace, resource: resource.id)) }
        }
        for row in try store.endpointRows() {
            let id = row.id + numbers.endpoints
            // An order that is damaged is learned from the configuration.
            batch.append(.openEndpoint(id, name: row.name, row.order ?? .record))
            var change = EndpointChange(lastNumber: try store.lastNumber(ofEndpoint: row.id), health: row.health)
            change.heldUntil = row.heldUntil.map { .until($0) }
            change.target = row.target
            batch.append(.endpoint(id, change))
        }
        return batch
    }

    // MARK: - Records

    private func records(of resource: MovedResource, as moved: KnownResource, _ sum: inout Int) throws {
        var everything = RecordSelection(Set(Presence.allCases), of: resource.id)
        let whole = try source.look { try $0.count(everything) }
        let sweeps = try source.look { try $0.sweepMarks() }.first { $0.resource == resource.id }?.marked ?? []
        var done = 0
        while true {
            let part = try source.look { store in
                // The first of them is the last of the part before.
                let ids = try store.ids(everything, limit: Limits.recordsMovedAtOnce + 1, offset: 0)
                return try RecordPart(ids.filter { $0 != everything.first }, of: resource.id, sweeps: sweeps, in: store)
            }
            guard let last = part.ids.last else { return }
            try write(part.operations(as: moved))
            done += part.ids.count
            sum += part.ids.count
            everything.first = last
            try tell(.records, done, of: whole)
        }
    }

    private func changes(of resource: Int64, as moved: KnownResource) throws {
        var last: Int64 = 0
        while true {
            let part = try source.look {
                try $0.movedChanges(of: resource, after: last, limit: Limits.recordsMovedAtOnce)
            }
            guard let next = part.last?.serial else { break }
            try write(part.operations(as: moved))
            last = next
        }
        let verdicts = try source.look { try $0.verdicts(of: resource) }
        if !verdicts.isEmpty { try write(verdicts.map { .verdict($0, of: moved.id) }) }
    }

    // MARK: - The log and the queues

    private func events(of resources: [Int64: KnownResource], _ sum: inout Int) throws {
        let (first, last) = try source.look { (try $0.firstSequence() ?? 1, try $0.lastSequence()) }
        var after = first - 1
        while true {
            let part = try source.look {
                try $0.movedEvents(after: after, limit: Limits.recordsMovedAtOnce, bytes: Limits.bytesMovedAtOnce)
            }
            guard let next = part.last?.event.sequence else { return }
            let byResource = Dictionary(grouping: part, by: \.resource)
            try write(
                byResource.keys.sorted().compactMap { id in
                    resources[id].map { .log((byResource[id] ?? []).map(\.event), of: $0) }
                })
            after = next
            sum += part.count
            try tell(.events, after - first + 1, of: last - first + 1)
        }
    }

    private func deliveries(_ sum: inout Int) throws {
        let whole = try source.look { try $0.lastNumber(of: .deliveries) }
        var after: Int64 = 0
        while true {
            let part = try source.look { try $0.movedDeliveries(after: after, limit: Limits.recordsMovedAtOnce) }
            guard let next = part.last?.delivery.id else { return }
            try write(part.operations(numbers))
            after = next
            sum += part.count
            try tell(.deliveries, Int(after), of: Int(whole))
        }
    }
}

extension Limits {
    /// As many as a page holds: they fit into memory a few times over.
    fileprivate static let recordsMovedAtOnce = pageSize

    /// Bodies of events that are read together.
    fileprivate static let bytesMovedAtOnce = 4 * 1024 * 1024
}
