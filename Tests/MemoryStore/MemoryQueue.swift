// What verbs ask of the log and of queues, answered from memory.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    private typealias Delivery = MemoryTables.Delivery

    func lastSequence() throws -> Int { tables.lastSequence }

    func lastNumber(ofEndpoint endpoint: Int64) throws -> Int {
        guard let endpoint = tables.endpoints[endpoint] else { throw MissingRow(what: "the endpoint \(endpoint)") }
        return endpoint.lastNumber
    }

    /// In the order of their numbers.
    private func deliveries(of endpoint: Int64, _ isWanted: (Delivery) -> Bool) -> [Delivery] {
        tables.deliveries.values.filter { $0.write.endpoint == endpoint && isWanted($0) }
            .sorted { $0.write.id < $1.write.id }
    }

    func openTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        tails(deliveries(of: endpoint, \.isOpen), keys)
    }

    func deadTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64] {
        tails(deliveries(of: endpoint) { $0.state == .dead && $0.fold?.isPassedOn == false }, keys)
    }

    private func tails(_ deliveries: [Delivery], _ keys: [String]) -> [String: Int64] {
        var tails: [String: Int64] = [:]
        for delivery in deliveries {
            if let key = delivery.write.key, keys.contains(key) { tails[key] = delivery.write.id }
        }
        return tails
    }

    func queued(_ deliveries: [Int64]) throws -> [Int64: QueuedDelivery] {
        Dictionary(
            deliveries.compactMap { id in tables.deliveries[id].map { (id, $0.queued) } },
            uniquingKeysWith: { first, _ in first })
    }

    func followers(of deliveries: [Int64]) throws -> [Int64: QueuedDelivery] {
        var followers: [Int64: QueuedDelivery] = [:]
        for id in deliveries {
            guard let this = tables.deliveries[id], let key = this.write.key else { continue }
            let next = self.deliveries(of: this.write.endpoint) {
                $0.isOpen && $0.write.key == key && $0.write.id != id
            }
            followers[id] = next.first?.queued
        }
        return followers
    }

    func told(by deliveries: [Int64]) throws -> [Int64: ToldDelivery] {
        var told: [Int64: ToldDelivery] = [:]
        for id in deliveries {
            guard let delivery = tables.deliveries[id], let fold = delivery.fold,
                let event = tables.events[delivery.write.eventSequence]
            else { continue }
            told[id] = ToldDelivery(
                id: id, resource: event.resource, eventSequence: event.write.sequence, eventType: event.write.type,
                attempts: delivery.attempts, attemptsBefore: delivery.attemptsBefore,
                isNumbered: delivery.write.number != nil, isReplay: delivery.write.replaySpacing != nil,
                base: fold.base?.content ?? [], updatedField: fold.base?.updatedField, toldType: fold.told.type,
                body: fold.told.body ?? event.write.body, toldBody: fold.told.body)
        }
        return told
    }

    private func waiting(_ lane: QueueLane) -> [Delivery] {
        deliveries(of: lane.endpoint) {
            $0.state == .pending && ($0.write.replaySpacing != nil) == lane.isReplay
                && ($0.attempts > 0) == lane.wasTried
        }
    }

    func waitingTypes(_ lane: QueueLane) throws -> [String] { Set(waiting(lane).map(\.write.type)).sorted() }

    func pending(
        _ lane: QueueLane, type: String, isDue: Bool, by moment: Instant, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [Admission.Candidate] {
        let candidates = waiting(lane).filter {
            $0.write.type == type && ($0.dueAt <= moment) == isDue && !isLeftOut($0.write.id)
        }.map { Admission.Candidate(id: $0.write.id, dueAt: $0.dueAt) }
        return Array(candidates.sorted(by: Admission.Candidate.isEarlier).prefix(limit))
    }

    func dueDeliveries(_ ids: [Int64]) throws -> [DueDelivery] {
        try ids.map { id in
            guard let delivery = tables.deliveries[id], let event = tables.events[delivery.write.eventSequence] else {
                throw MissingRow(what: "the delivery \(id), or its event")
            }
            return DueDelivery(
                id: id, eventID: event.write.id, sequence: event.write.sequence,
                endpointSequence: delivery.write.number ?? 0, type: delivery.fold?.told.type ?? event.write.type,
                recordID: event.write.record, replaySpacing: delivery.write.replaySpacing,
                attempts: delivery.attempts, attemptsBefore: delivery.attemptsBefore, dueAt: delivery.dueAt,
                body: delivery.fold?.told.body ?? event.write.body)
        }
    }

    func depth(of endpoint: Int64) throws -> QueueDepth {
        QueueDepth(
            open: deliveries(of: endpoint, \.isOpen).count,
            dead: deliveries(of: endpoint) { $0.state == .dead }.count)
    }

    func lackingDictionaries(_ deliveries: [Int64]) throws -> Set<Int64> { [] }
}

// MARK: - Replays and what is given up

extension MemoryTransaction {
    func lastDeliveries(of sequences: [Int], to endpoint: Int64) throws -> [Int: QueuedDelivery] {
        var last: [Int: QueuedDelivery] = [:]
        for delivery in deliveries(of: endpoint, { sequences.contains($0.write.eventSequence) }) {
            last[delivery.write.eventSequence] = delivery.queued
        }
        return last
    }

    func bodies(ofEvents sequences: [Int]) throws -> [Int: [UInt8]] {
        Dictionary(
            sequences.compactMap { sequence in tables.events[sequence].map { (sequence, $0.write.body) } },
            uniquingKeysWith: { first, _ in first })
    }

    func events(_ selection: ReplaySelection, after: Int, through: Int) throws -> [LoggedEvent] {
        let dead = Set(tables.deliveries.values.filter { $0.state == .dead }.map(\.write.eventSequence))
        return tables.events.values.filter { event in
            let (sequence, detectedAt) = (event.write.sequence, event.write.detectedAt)
            return sequence > after && sequence <= through && selection.sequences.map { $0.contains(sequence) } ?? true
                && selection.from.map { detectedAt >= $0 } ?? true && selection.until.map { detectedAt < $0 } ?? true
                && (selection.eventIDs.isEmpty || selection.eventIDs.contains(event.write.id))
                && (!selection.isOfDeadLetters || dead.contains(sequence)) && selection.admits(type: event.write.type)
        }.sorted { $0.write.sequence < $1.write.sequence }.map { event in
            LoggedEvent(
                sequence: event.write.sequence, type: event.write.type, resource: event.resource,
                resourceName: (tables.resources[event.resource].map { $0.called ?? $0.name }) ?? ResourceName(""),
                record: event.write.record)
        }
    }

    func firstEvent(detectedSince moment: Instant) throws -> Int? {
        tables.events.values.filter { $0.write.detectedAt >= moment }
            .min { ($0.write.detectedAt, $0.write.sequence) < ($1.write.detectedAt, $1.write.sequence) }?.write.sequence
    }

    func unnumbered(of endpoint: Int64) throws -> [Int64] {
        deliveries(of: endpoint) { $0.write.number == nil }.map(\.write.id)
    }

    func hasUnnumbered(of endpoint: Int64) throws -> Bool { try !unnumbered(of: endpoint).isEmpty }

    func openDeliveries(of endpoint: Int64, after last: Int64, limit: Int) throws -> [OpenDelivery] {
        try deliveries(of: endpoint) { $0.isOpen && $0.write.id > last }.prefix(limit).map { delivery in
            guard let event = tables.events[delivery.write.eventSequence] else {
                throw MissingRow(what: "the event of the delivery \(delivery.write.id)")
            }
            return OpenDelivery(
                id: delivery.write.id, isReplay: delivery.write.replaySpacing != nil, key: delivery.write.key,
                state: delivery.state, resource: event.resource, record: event.write.record,
                isNumbered: delivery.write.number != nil)
        }
    }

    func pendingDeliveries(
        of endpoint: Int64, through last: Int64, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [QueuedDelivery] {
        deliveries(of: endpoint) { $0.state == .pending && $0.write.id <= last && !isLeftOut($0.write.id) }
            .prefix(limit).map(\.queued)
    }

    func hasOpen(of endpoint: Int64, through last: Int64) throws -> Bool {
        !deliveries(of: endpoint) { $0.isOpen && $0.write.id <= last }.isEmpty
    }

    func lastOpen(of endpoint: Int64) throws -> Int64? { deliveries(of: endpoint, \.isOpen).last?.write.id }

    func deadLetters(of endpoint: Int64) throws -> DeadLetters? {
        let dead = deliveries(of: endpoint) { $0.state == .dead }
        return dead.last.map {
            DeadLetters(through: $0.write.id, diedBy: dead.compactMap(\.settledAt).max() ?? .distantPast)
        }
    }

    func deadLetters(of endpoint: Int64, among meant: DeadLetters, limit: Int) throws -> [Int64] {
        let dead = deliveries(of: endpoint) { delivery in
            guard delivery.state == .dead else { return false }
            if delivery.write.id <= meant.givenUpThrough ?? 0 { return true }
            return delivery.write.id <= meant.through && delivery.settledAt ?? .distantPast <= meant.diedBy
        }
        return dead.sorted { ($0.write.eventSequence, $0.write.id) < ($1.write.eventSequence, $1.write.id) }
            .prefix(limit).map(\.write.id)
    }

    func firstPending(before delivery: Int64) throws -> Int64? {
        guard let this = tables.deliveries[delivery], let key = this.write.key else { return nil }
        return deliveries(of: this.write.endpoint) { $0.state == .pending && $0.write.key == key }.first?.write.id
    }
}

extension MemoryTables.Delivery {
    fileprivate var queued: QueuedDelivery {
        QueuedDelivery(
            id: write.id, endpoint: write.endpoint, state: state, attempts: attempts, number: write.number)
    }
}
