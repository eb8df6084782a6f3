// What verbs ask of records, accounts and requests, answered from memory.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    private func records(_ resource: Int64) -> [RecordID: MemoryTables.Record] {
        tables.resources[resource]?.records ?? [:]
    }

    func summaries(of ids: [RecordID], in resource: Int64) throws -> [RecordID: KnownSummary] {
        let records = records(resource)
        return Dictionary(
            ids.compactMap { id in records[id].map { (id, $0.summary) } }, uniquingKeysWith: { first, _ in first })
    }

    func contents(of ids: [RecordID], in resource: Int64) throws -> [RecordID: [UInt8]] {
        let records = records(resource)
        return Dictionary(
            ids.compactMap { id in records[id].map { (id, $0.content) } }, uniquingKeysWith: { first, _ in first })
    }

    func contentsFromPages(in resource: Int64, limit: Int) throws -> [[UInt8]] {
        records(resource).filter { $0.value.summary.answer == .page }.sorted { $0.key < $1.key }.prefix(limit)
            .map(\.value.content)
    }

    func unreadable(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> { [] }

    func count(_ selection: RecordSelection) throws -> Int { try ids(selection, limit: nil, offset: 0).count }

    func ids(_ selection: RecordSelection, limit: Int?, offset: Int) throws -> [RecordID] {
        guard let resource = tables.resources[selection.resource] else { return [] }
        let met = selection.missedBySweep.map { resource.swept[$0] ?? [] }
        let ids = resource.records.filter { id, record in
            selection.presences.contains(record.summary.presence)
                && selection.first.map { id >= $0 } ?? true && selection.last.map { id <= $0 } ?? true
                && selection.below.map { id < $0 } ?? true && !(met?.contains(id) ?? false)
                && (!selection.isFound || resource.found.contains(id))
        }.keys.sorted().dropFirst(offset)
        return Array(limit.map { ids.prefix($0) } ?? ids)
    }

    func ids(_ selection: RecordSelection, at places: [Int]) throws -> [RecordID] {
        let ids = try ids(selection, limit: nil, offset: 0)
        return places.sorted().filter(ids.indices.contains).map { ids[$0] }
    }

    func hasFound(in resource: Int64) throws -> Bool { tables.resources[resource]?.found.isEmpty == false }

    func found(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        (tables.resources[resource]?.found ?? []).intersection(ids)
    }
}

// MARK: - Accounts, resources, endpoints, requests

extension MemoryTransaction {
    func resource(named name: ResourceName) throws -> ResourceRow? {
        try resources().first { $0.name == name }
    }

    func resources() throws -> [ResourceRow] {
        tables.resources.filter { $0.value.setAsideAt == nil }.sorted { $0.key < $1.key }.map { id, resource in
            ResourceRow(
                id: id, name: resource.name, eventName: resource.eventName,
                deletesHeldSince: resource.progress?.presence.hold.heldSince)
        }
    }

    func storedResources() throws -> [StoredResource] {
        func rank(_ id: Int64, _ resource: MemoryTables.Resource) -> (Instant, Int64) {
            (resource.setAsideAt ?? .distantPast, id)
        }
        let resources = tables.resources.sorted {
            rank($0.key, $0.value) < rank($1.key, $1.value)
        }
        return resources.map { id, resource in
            StoredResource(
                id: id, name: resource.called ?? resource.name, source: resource.source,
                isAside: resource.setAsideAt != nil, polledAt: resource.progress?.polledAt)
        }
    }

    func eventNames(besides resource: Int64) throws -> Set<String> {
        Set(
            tables.resources.filter { $0.key != resource }
                .map { ($0.value.eventName ?? $0.value.name).text })
    }

    func endpointRow(named name: String) throws -> EndpointRow? {
        try tables.endpoints.first { $0.value.name == name }.flatMap { try endpointRow($0.key) }
    }

    func endpointRow(_ id: Int64) throws -> EndpointRow? {
        tables.endpoints[id].map { endpoint in
            EndpointRow(
                id: id, name: endpoint.name, order: endpoint.order, target: endpoint.target,
                heldUntil: endpoint.heldUntil, health: endpoint.health?.memory)
        }
    }

    func fingerprintKey() throws -> FingerprintKey? {
        tables.account.fingerprintSeed.map(FingerprintKey.init(seed:))
    }

    func instance() throws -> String? { tables.account.instance }

    func budgetMemory() throws -> RequestBudget.Memory {
        var memory = tables.account.budget
        memory.ledger = QuotaLedger(buckets: tables.account.buckets, others: tables.account.others)
        return memory
    }

    private func ofResources<Value>(_ value: KeyPath<MemoryTables.Resource, Value?>) -> [ResourceName: Value] {
        let pairs = tables.resources.values.filter { $0.setAsideAt == nil }.compactMap { resource in
            resource[keyPath: value].map { (resource.name, $0) }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    func progress() throws -> [ResourceName: ResourceProgress] { ofResources(\.progress) }

    func paces() throws -> [ResourceName: ResourcePace] { ofResources(\.pace) }

    func heldUntil(of endpoint: Int64) throws -> Instant? { tables.endpoints[endpoint]?.heldUntil }

    func lastNumber(of table: NumberedTable) throws -> Int64 {
        switch table {
        case .endpoints: tables.endpoints.keys.max() ?? 0
        case .resources: tables.resources.keys.max() ?? 0
        case .deliveries: tables.deliveries.keys.max() ?? 0
        case .requests: tables.requests.keys.max() ?? 0
        }
    }

    func requests(_ verbs: Set<OperatorRequest.Verb>) throws -> [OperatorRequest] {
        tables.requests.values.filter { verbs.contains($0.verb) }.sorted { $0.id < $1.id }
    }
}
