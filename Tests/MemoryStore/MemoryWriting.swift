// How the operations of a batch change what the store in memory holds.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    func carryOut(_ operation: StoreOperation) throws {
        switch operation {
        case .instance(let instance): tables.account.instance = instance
        case .identity(let identity): tables.account.identity = identity
        case .forgetSources: for id in tables.resources.keys { tables.resources[id]?.source = nil }
        case .countRequest(let purpose, let bucket):
            tables.account.buckets[bucket, default: [:]][purpose, default: 0] += 1
        case .othersUse(let requests, let bucket): tables.account.others[bucket] = requests
        case .keepUsage(let kept): tables.account.keepUsage(kept)
        case .budget(let memory): tables.account.budget = memory
        case .adopt(let step, let now): adopt(step, at: now)
        case .introduce(let new):
            tables.resources[new.id] = .init(
                name: new.name, eventName: new.eventName, source: new.source)
        case .identify(let id, let name, let source):
            tables.resources[id]?.eventName = name
            tables.resources[id]?.source = source
        case .progress(let progress, let id): tables.resources[id]?.progress = progress
        case .pace(let pace, let id): tables.resources[id]?.pace = pace
        default: try carryOutOnQueues(operation)
        }
    }

    private func adopt(_ step: ResourceAdoption.Step, at now: Instant) {
        switch step {
        case .setAside(let id):
            guard let before = tables.resources[id] else { return }
            tables.requests = tables.requests.filter { $0.value.resource != id }
            tables.resources[id]?.called = before.name
            tables.resources[id]?.eventName = before.eventName ?? before.name
            tables.resources[id]?.name = ResourceName("\(before.name) #\(id)")
            tables.resources[id]?.setAsideAt = now
        case .takeUp(let id):
            guard let called = tables.resources[id]?.called else { return }
            tables.resources[id]?.name = called
            tables.resources[id]?.called = nil
            tables.resources[id]?.setAsideAt = nil
        case .keep(let id, let name, let source):
            guard let before = tables.resources[id] else { return }
            tables.resources[id]?.eventName = before.eventName ?? before.name
            tables.resources[id]?.name = name
            tables.resources[id]?.source = source
        }
    }

    private func carryOutOnQueues(_ operation: StoreOperation) throws {
        switch operation {
        case .log(let events, let resource):
            for event in events { tables.events[event.sequence] = .init(write: event, resource: resource.id) }
            tables.lastSequence = events.last?.sequence ?? tables.lastSequence
        case .enqueue(let writes):
            for write in writes {
                tables.deliveries[write.id] = .init(write: write, state: write.state, dueAt: write.dueAt)
            }
        case .change(let changes): for (id, change) in changes { tables.deliveries[id]?.take(change) }
        case .fold(let writes): for write in writes { tables.deliveries[write.delivery]?.take(write) }
        case .retell(let from, let delivery):
            if let told = tables.deliveries[from]?.fold?.told { tables.deliveries[delivery]?.fold = .init(told: told) }
        case .dropDeliveries(let ids): for id in ids { tables.deliveries[id] = nil }
        case .attempts(let reports):
            for report in reports { tables.deliveries[report.deliveryID]?.log[report.number] = report }
        case .makeDue(let endpoint):
            for (id, delivery) in tables.deliveries
            where delivery.write.endpoint == endpoint && delivery.state == .pending && delivery.attempts > 0 {
                tables.deliveries[id]?.dueAt = Instant(microsecondsSince1970: 0)
            }
        case .openEndpoint(let id, let name, let order): tables.endpoints[id] = .init(name: name, order: order)
        case .limitDue(let endpoint, let wasTried, let limit):
            for (id, delivery) in tables.deliveries
            where delivery.write.endpoint == endpoint && (delivery.attempts > 0) == wasTried
                && (wasTried ? delivery.state == .pending : delivery.isOpen)
            {
                tables.deliveries[id]?.dueAt = min(delivery.dueAt, limit)
            }
        case .rekey(let open):
            for delivery in open {
                tables.deliveries[delivery.id]?.state = delivery.state
                tables.deliveries[delivery.id]?.write.key = delivery.key
            }
        case .endpoint(let id, let change): tables.endpoints[id]?.take(change)
        case .ask(let request): tables.requests[request.id] = request
        case .update(let id, let wish): tables.requests[id]?.wish = wish
        case .endRequests(let ids): for id in ids { tables.requests[id] = nil }
        default: try carryOutOfRecords(operation)
        }
    }

    private func carryOutOfRecords(_ operation: StoreOperation) throws {
        switch operation {
        case .records(let writes, let resource):
            for write in writes { tables.resources[resource.id]?.take(write) }
        case .presence(let ids, let resource, let presence):
            for id in ids { tables.resources[resource]?.records[id]?.summary.presence = presence }
        case .move(let selection, let presence, let limit):
            for id in try ids(selection, limit: limit, offset: 0) {
                tables.resources[selection.resource]?.records[id]?.summary.presence = presence
            }
        case .found(let ids, let resource): tables.resources[resource]?.found.formUnion(ids)
        case .forgetFound(let ids, let resource): tables.resources[resource]?.found.subtract(ids)
        case .keepFound(let presences, let id):
            guard let resource = tables.resources[id] else { return }
            tables.resources[id]?.found = resource.found.filter { record in
                resource.records[record].map { presences.contains($0.summary.presence) } ?? false
            }
        case .swept(let ids, let resource, let sweep):
            tables.resources[resource]?.swept[sweep, default: []].formUnion(ids)
        default: try carryOutOfUnstamped(operation)
        }
    }

    private func carryOutOfUnstamped(_ operation: StoreOperation) throws {
        switch operation {
        case .keepUnstamped(let writes, let resource, let moment):
            for write in writes {
                let serial = tables.lastUnstamped + 1
                tables.lastUnstamped = serial
                tables.resources[resource.id]?.keep(write, foundAt: moment, serial: serial)
            }
        case .forgetUnstamped(let ids, let resource):
            for id in ids { tables.resources[resource]?.unstamped[id] = nil }
        case .decideUnstamped(let ids, let resource, let state, let since):
            for id in ids {
                tables.resources[resource]?.unstamped[id]?.state = state
                tables.resources[resource]?.unstamped[id]?.heldSince = since
            }
        case .settleHeld(let ids, let resource, let state):
            for id in ids { tables.resources[resource]?.unstamped[id]?.state = state }
        case .findOpen(let resource, let moment):
            for (id, change) in tables.resources[resource]?.unstamped ?? [:]
            where change.state == .open && change.heldSince.map({ $0 > moment }) ?? true {
                tables.resources[resource]?.unstamped[id]?.heldSince = moment
            }
        case .verdict(let verdict, let resource): tables.resources[resource]?.verdicts.append(verdict)
        case .endVerdict(let reading, let resource):
            tables.resources[resource]?.verdicts.removeAll { $0.reading == reading }
        default: try carryOutOfPruning(operation)
        }
    }
}

extension MemoryTables.Account {
    fileprivate mutating func keepUsage(_ kept: ClosedRange<Int64>) {
        buckets = buckets.filter { kept.contains($0.key) }
        others = others.filter { kept.contains($0.key) }
    }
}

extension MemoryTables.Resource {
    fileprivate mutating func take(_ write: RecordWrite) {
        let content = write.content.map { Array($0.bytes) } ?? records[write.id]?.content
        guard let content else { return }
        records[write.id] = .init(summary: write.after, content: content)
    }

    fileprivate mutating func keep(_ write: UnstampedWrite, foundAt moment: Instant, serial: Int) {
        let before = unstamped[write.id]
        unstamped[write.id] = .init(
            reading: write.reading, state: before?.state == .telling ? .telling : .open, heldSince: moment,
            content: Array(write.record.bytes), paths: Set(write.paths), serial: before?.serial ?? serial)
    }
}

extension MemoryTables.Delivery {
    fileprivate mutating func take(_ change: DeliveryChange) {
        state = change.state ?? state
        attempts = change.attempts ?? attempts
        attemptsBefore = change.attemptsBefore ?? attemptsBefore
        dueAt = change.dueAt ?? dueAt
        settledAt = change.settledAt ?? settledAt
        write.number = change.number ?? write.number
        write.eventSequence = change.eventSequence ?? write.eventSequence
        write.type = change.type ?? write.type
    }

    fileprivate mutating func take(_ change: FoldWrite) {
        var fold = fold ?? .init()
        fold.base = change.base ?? fold.base
        fold.told = change.told ?? fold.told
        if change.isPassedOn { fold.isPassedOn = true }
        self.fold = fold
    }
}

extension MemoryTables.Endpoint {
    fileprivate mutating func take(_ change: EndpointChange) {
        lastNumber = change.lastNumber ?? lastNumber
        health = change.health ?? health
        order = change.order ?? order
        target = change.target ?? target
        switch change.heldUntil {
        case nil: break
        case .some(.none): heldUntil = nil
        case .until(let moment): heldUntil = moment
        }
    }
}
