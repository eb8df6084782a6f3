// What is shown of an account, answered from memory.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    func listedEvents(_ types: [EventTypePattern], limit: Int) throws -> [ListedEvent] {
        Array(listed { type in types.isEmpty || types.contains { $0.matches(type) } }.reversed().prefix(limit))
    }

    func listedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [ListedEvent] {
        var (part, read): ([ListedEvent], Int) = ([], 0)
        for event in listed({ _ in true }) where event.sequence > sequence && part.count < limit && read < bytes {
            read += event.body.count
            part.append(event)
        }
        return part
    }

    func listedEvent(id: String) throws -> ListedEvent? { listed { _ in true }.first { $0.id == id } }

    func listedEvent(sequence: Int) throws -> ListedEvent? { tables.events[sequence].map(listed) }

    func firstSequence() throws -> Int? { tables.events.keys.min() }

    func listedDeliveries(_ filter: ListFilter) throws -> [ListedDelivery] {
        let deliveries = try tables.deliveries.values.sorted { $0.write.id > $1.write.id }.map(listed)
        return Array(
            deliveries.filter { delivery in
                filter.state.map { $0 == delivery.state } ?? true
                    && filter.endpoint.map { $0 == delivery.endpoint } ?? true
                    && filter.eventID.map { $0 == delivery.eventID } ?? true
                    && (filter.types.isEmpty || filter.types.contains { $0.matches(delivery.type) })
            }.prefix(filter.limit))
    }

    func shownDelivery(_ id: Int64) throws -> ShownDelivery? {
        guard let delivery = tables.deliveries[id] else { return nil }
        return ShownDelivery(
            delivery: try listed(delivery),
            attempts: delivery.log.sorted { $0.key < $1.key }.map { ListedAttempt($0.value) },
            body: try delivery.fold?.told.body ?? event(of: delivery).write.body)
    }

    private func event(of delivery: MemoryTables.Delivery) throws -> MemoryTables.Event {
        guard let event = tables.events[delivery.write.eventSequence] else {
            throw MissingRow(what: "the event of the delivery \(delivery.write.id)")
        }
        return event
    }

    private func name(of resource: Int64) -> String {
        tables.resources[resource].map { ($0.called ?? $0.name).text } ?? ""
    }

    /// In the order of their numbers.
    private func listed(_ isWanted: (_ type: String) -> Bool) -> [ListedEvent] {
        tables.events.values.filter { isWanted($0.write.type) }.sorted { $0.write.sequence < $1.write.sequence }
            .map(listed)
    }

    private func listed(_ event: MemoryTables.Event) -> ListedEvent {
        ListedEvent(
            sequence: event.write.sequence, id: event.write.id, type: event.write.type,
            resource: name(of: event.resource), record: event.write.record, detectedAt: event.write.detectedAt,
            body: event.write.body)
    }

    private func listed(_ delivery: MemoryTables.Delivery) throws -> ListedDelivery {
        let event = try event(of: delivery)
        let last = delivery.log.max { $0.key < $1.key }?.value.outcome
        return ListedDelivery(
            id: delivery.write.id, endpoint: tables.endpoints[delivery.write.endpoint]?.name ?? "",
            eventID: event.write.id, sequence: event.write.sequence, endpointSequence: delivery.write.number,
            type: delivery.fold?.told.type ?? event.write.type, resource: name(of: event.resource),
            record: event.write.record, state: delivery.state, isReplay: delivery.write.replaySpacing != nil,
            attempts: delivery.attempts, detectedAt: event.write.detectedAt,
            dueAt: delivery.state == .pending ? delivery.dueAt : nil, settledAt: delivery.settledAt,
            lastResult: last?.failure?.rawValue ?? last?.status.map { String($0) })
    }
}

extension ListedAttempt {
    init(_ report: AttemptReport) {
        let outcome = report.outcome
        self.init(
            number: report.number, startedAt: report.startedAt, duration: outcome.duration, phases: outcome.phases,
            status: outcome.status, failure: outcome.failure?.rawValue, detail: outcome.detail,
            answer: Array(outcome.answer.prefix(Limits.answerBytesKept)))
    }
}

// MARK: - How the work stands

extension MemoryTransaction {
    func resourceStates() throws -> [StoreStatus.Resource] {
        tables.resources.values.filter { $0.setAsideAt == nil }.compactMap { resource -> StoreStatus.Resource? in
            guard let progress = resource.progress else { return nil }
            var state = StoreStatus.Resource(
                name: resource.name, progress: progress,
                records: Dictionary(resource.records.map { ($1.summary.presence, 1) }, uniquingKeysWith: +),
                pace: resource.pace ?? ResourcePace())
            let held = resource.unstamped.values.filter { $0.state == .held }
            let open = resource.unstamped.values.filter { $0.state == .open }
            (state.changesHeld, state.changesHeldSince) = (held.count, held.compactMap(\.heldSince).min())
            (state.changesOpen, state.changesOpenSince) = (open.count, open.compactMap(\.heldSince).min())
            state.changesHeldIn = Set(held.flatMap(\.paths)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return state
        }.sorted { $0.name.text.utf8.lexicographicallyPrecedes($1.name.text.utf8) }
    }

    func endpointStates() throws -> [StoreStatus.Endpoint] {
        try tables.endpoints.map { id, endpoint in
            var state = StoreStatus.Endpoint(name: endpoint.name)
            state.heldUntil = endpoint.heldUntil
            state.health = endpoint.health?.memory ?? EndpointHealth()
            state.queue = try depth(of: id)
            // What waits, waits for one that is older and pending.
            let oldest = tables.deliveries.values.filter {
                $0.write.endpoint == id && $0.state == .pending && $0.write.replaySpacing == nil
            }.min { $0.write.id < $1.write.id }
            state.oldestOpen = try oldest.map { try event(of: $0).write.detectedAt }
            return state
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func openByEndpoint() throws -> [String: Int] {
        let open = try tables.endpoints.map { id, endpoint in (endpoint.name, try depth(of: id).open) }
        return Dictionary(uniqueKeysWithValues: open.filter { $0.1 > 0 })
    }

    func unreadableMemories() throws -> [UnreadableRow] { [] }
}
