// An account in memory as it is carried to another store, or from one.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    func fingerprintSeed() throws -> [UInt8]? { tables.account.fingerprintSeed }

    func movedResources() throws -> [MovedResource] {
        tables.resources.sorted { $0.key < $1.key }.map { id, resource in
            MovedResource(
                id: id, name: resource.name, called: resource.called, eventName: resource.eventName,
                source: resource.source, setAsideAt: resource.setAsideAt, progress: resource.progress,
                pace: resource.pace)
        }
    }

    func endpointRows() throws -> [EndpointRow] {
        try tables.endpoints.keys.sorted().compactMap { try endpointRow($0) }
    }

    func movedChanges(of resource: Int64, after serial: Int64, limit: Int) throws -> [MovedChange] {
        let changes = (tables.resources[resource]?.unstamped ?? [:]).filter { $0.value.serial > serial }
        return changes.sorted { $0.value.serial < $1.value.serial }.prefix(limit).map { id, change in
            MovedChange(
                serial: Int64(change.serial), id: id, reading: change.reading, state: change.state,
                heldSince: change.heldSince, content: change.content, paths: change.paths)
        }
    }

    func movedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [MovedEvent] {
        var (part, read): ([MovedEvent], Int) = ([], 0)
        for (_, event) in tables.events.sorted(by: { $0.key < $1.key })
        where event.write.sequence > sequence && part.count < limit && read < bytes {
            read += event.write.body.count
            part.append(MovedEvent(event.write, of: event.resource))
        }
        return part
    }

    func movedDeliveries(after number: Int64, limit: Int) throws -> [MovedDelivery] {
        let deliveries = tables.deliveries.filter { $0.key > number }.sorted { $0.key < $1.key }.prefix(limit)
        return try deliveries.map { _, delivery in
            guard let event = tables.events[delivery.write.eventSequence] else {
                throw MissingRow(what: "the event of the delivery \(delivery.write.id)")
            }
            let write = delivery.write
            return MovedDelivery(
                DeliveryWrite(
                    id: write.id, endpoint: write.endpoint, eventSequence: write.eventSequence, type: write.type,
                    number: write.number, key: write.key, replaySpacing: write.replaySpacing, state: delivery.state,
                    dueAt: delivery.dueAt),
                attempts: delivery.attempts, attemptsBefore: delivery.attemptsBefore, settledAt: delivery.settledAt,
                of: event.resource,
                fold: delivery.fold.map { fold in
                    MovedFold(
                        base: fold.base ?? .init(content: nil, updatedField: nil), told: fold.told,
                        isPassedOn: fold.isPassedOn)
                },
                log: delivery.log.sorted { $0.key < $1.key }.map { ListedAttempt($0.value) })
        }
    }

    func carryOutOfMoving(_ operation: StoreOperation) throws {
        switch operation {
        case .fingerprintSeed(let seed): tables.account.fingerprintSeed = seed
        case .ledger(let ledger): (tables.account.buckets, tables.account.others) = (ledger.buckets, ledger.others)
        case .resource(let moved):
            tables.resources[moved.id] = .init(
                name: moved.name, eventName: moved.eventName, setAsideAt: moved.setAsideAt, called: moved.called,
                source: moved.source)
        case .unreadable(let writes, let resource):
            for write in writes {
                tables.resources[resource]?.records[write.id] = .init(summary: write.after, content: [])
            }
        case .lastSequence(let last): tables.lastSequence = last
        default: throw MissingRow(what: "a way to carry out \(operation)")
        }
    }
}
