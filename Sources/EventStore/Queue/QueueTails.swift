// How new events join the queue of one endpoint: who waits for whom, which number each gets, what is folded into what.

import ChangeFeed

/// What an endpoint's queue holds of the keys that new events have.
package struct QueueRead: Sendable {
    package var lastNumber: Int
    /// The last delivery of a key that is not settled.
    package var open: [String: Int64] = [:]
    /// The last dead letter of a key whose news nothing has told since.
    package var dead: [String: Int64] = [:]
    /// What these tell, where events coalesce.
    package var told: [Int64: ToldDelivery] = [:]
    package var givenUp = AskedToGiveUp()

    package init(lastNumber: Int) {
        self.lastNumber = lastNumber
    }

    init(of endpoint: StoredEndpoint, keys: [String], in store: any StoreReading) throws {
        lastNumber = try store.lastNumber(ofEndpoint: endpoint.id)
        guard !keys.isEmpty else { return }
        open = try store.openTails(of: endpoint.id, keys: keys)
        guard endpoint.rules.coalesces else { return }
        dead = try store.deadTails(of: endpoint.id, keys: keys)
        if !open.isEmpty { givenUp = try AskedToGiveUp(of: endpoint.id, in: store) }
        let deliveries = Array(open.values) + dead.values
        if !deliveries.isEmpty { told = try store.told(by: deliveries.sorted()) }
    }
}

/// The queue of one endpoint while a transaction adds to it.
package struct QueueTails {
    private let endpoint: StoredEndpoint
    private let resource: KnownResource
    private var read: QueueRead
    private let lastNumber: Int
    package private(set) var nextDelivery: Int64
    private let firstDelivery: Int64
    private var made: [DeliveryWrite] = []
    private var changes: [Int64: DeliveryChange] = [:]
    private var folds: [Int64: FoldWrite] = [:]
    private var foldOrder: [Int64] = []

    package init(of endpoint: StoredEndpoint, _ read: QueueRead, resource: KnownResource, firstDelivery: Int64) {
        self.endpoint = endpoint
        self.resource = resource
        self.read = read
        lastNumber = read.lastNumber
        (nextDelivery, self.firstDelivery) = (firstDelivery, firstDelivery)
    }

    package var operations: [StoreOperation] {
        var operations: [StoreOperation] = []
        if !made.isEmpty { operations.append(.enqueue(made)) }
        if !changes.isEmpty { operations.append(.change(changes)) }
        if !folds.isEmpty { operations.append(.fold(foldOrder.compactMap { folds[$0] })) }
        if read.lastNumber != lastNumber {
            operations.append(.endpoint(endpoint.id, EndpointChange(lastNumber: read.lastNumber)))
        }
        return operations
    }

    package mutating func add(_ event: NumberedEvent, besides claims: Claims, at now: Instant) {
        let key = endpoint.rules.order.key(resource: resource.id, record: event.change.recordID)
        guard endpoint.rules.coalesces else {
            _ = make(event, key: key, due: now, numbersLater: false)
            return
        }
        if let earlier = key.flatMap({ read.open[$0] }), !claims.contains(earlier), !read.givenUp.concerns(earlier),
            let told = read.told[earlier], told.isFoldable
        {
            fold(event, into: told)
        } else {
            let delivery = make(event, key: key, due: now, numbersLater: true)
            keepBase(of: event, for: delivery)
            if let dead = key.flatMap({ read.dead.removeValue(forKey: $0) }).flatMap({ read.told[$0] }),
                dead.isFoldable
            {
                passOn(dead, to: delivery)
            }
        }
    }

    /// An event waits while an earlier one of its key is not settled: that is what keeps a record's events in order.
    ///
    /// - Parameter numbersLater: a delivery that waits gets its number once it is certain that it will be sent.
    private mutating func make(_ event: NumberedEvent, key: String?, due: Instant, numbersLater: Bool) -> Int64 {
        let waits = key.map { read.open[$0] != nil } ?? false
        var number: Int?
        if !(waits && numbersLater) {
            read.lastNumber += 1
            number = read.lastNumber
        }
        let id = nextDelivery
        nextDelivery += 1
        made.append(
            DeliveryWrite(
                id: id, endpoint: endpoint.id, eventSequence: event.write.sequence, type: event.write.type,
                number: number, key: key, state: waits ? .waiting : .pending, dueAt: due))
        if let key { read.open[key] = id }
        return id
    }
}

// MARK: - Coalescing

extension QueueTails {
    private mutating func note(_ delivery: Int64, _ change: (inout FoldWrite) -> Void) {
        if folds[delivery] == nil { foldOrder.append(delivery) }
        change(&folds[delivery, default: FoldWrite(delivery: delivery, resource: resource.id)])
    }

    /// What the receiver has before this event, for the diff of those that take its place.
    private mutating func keepBase(of event: NumberedEvent, for delivery: Int64) {
        let base = event.change.changes == nil ? nil : event.before
        let field = resource.plan.updatedDate?.path
        note(delivery) { $0.base = .init(content: base, updatedField: field) }
        read.told[delivery] = ToldDelivery(
            id: delivery, resource: resource.id, eventSequence: event.write.sequence, eventType: event.write.type,
            isNumbered: true, base: base ?? [], updatedField: field, body: event.write.body)
    }

    /// Lets a delivery that is not under way carry a newer event of its record.
    private mutating func fold(_ event: NumberedEvent, into told: ToldDelivery) {
        let folded = Folding.fold(event.write.body, of: event.write.type, sequence: event.write.sequence, into: told)
        read.told[told.id] = folded.told
        note(told.id) { $0.told = folded.news }
        if told.id >= firstDelivery {
            let place = Int(told.id - firstDelivery)
            (made[place].eventSequence, made[place].type) = (event.write.sequence, folded.told.type)
        } else {
            changes[told.id] = folded.change
        }
    }

    private mutating func passOn(_ dead: ToldDelivery, to delivery: Int64) {
        guard let newer = read.told[delivery] else { return }
        let passed = Folding.passOn(dead, to: newer)
        read.told[delivery] = passed.told
        note(delivery) { ($0.base, $0.told) = (passed.base, passed.news) }
        note(dead.id) { $0.isPassedOn = true }
        made[Int(delivery - firstDelivery)].type = passed.told.type
    }
}
