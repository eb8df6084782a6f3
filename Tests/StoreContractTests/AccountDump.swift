// Everything that an account holds, for comparing it with what has become of it elsewhere.

import ChangeFeed
import EventStore

/// All of it, by all that can be asked.
struct AccountDump: Equatable {
    struct Record: Equatable {
        let summary: KnownSummary?
        let content: [UInt8]?
        let isFound: Bool
        let sweeps: [Int]
    }

    struct Change: Equatable {
        let id: RecordID
        let reading: Reading
        let state: UnstampedState
        let heldSince: Instant?
        let content: [UInt8]
        let paths: Set<String>

        init(_ change: MovedChange) {
            (id, reading, state) = (change.id, change.reading, change.state)
            (heldSince, content, paths) = (change.heldSince, change.content, change.paths)
        }
    }

    let identity: String
    let seed: [UInt8]?
    let instance: String?
    let budget: RequestBudget.Memory
    let lastSequence: Int
    let resources: [MovedResource]
    let endpoints: [EndpointRow]
    let lastNumbers: [Int]
    let records: [Int64: [RecordID: Record]]
    let changes: [Int64: [Change]]
    let verdicts: [Int64: [UnstampedVerdict]]
    let events: [MovedEvent]
    let deliveries: [MovedDelivery]
    let requests: [OperatorRequest]
    let status: StoreStatus
    let listedEvents: [ListedEvent]
    let listedDeliveries: [ListedDelivery]

    init(of account: any StoreEngine) throws {
        self = try account.look { try AccountDump(in: $0, identity: account.account.identity) }
    }

    private init(in store: any StoreReading, identity: String) throws {
        self.identity = identity
        seed = try store.fingerprintSeed()
        instance = try store.instance()
        budget = try store.budgetMemory()
        lastSequence = try store.lastSequence()
        resources = try store.movedResources()
        endpoints = try store.endpointRows()
        lastNumbers = try endpoints.map { try store.lastNumber(ofEndpoint: $0.id) }
        let ids = resources.map(\.id)
        records = Dictionary(uniqueKeysWithValues: try ids.map { ($0, try Self.records(of: $0, in: store)) })
        changes = Dictionary(
            uniqueKeysWithValues: try ids.map {
                ($0, try store.movedChanges(of: $0, after: 0, limit: 100_000).map(Change.init))
            })
        verdicts = Dictionary(uniqueKeysWithValues: try ids.map { ($0, try store.verdicts(of: $0)) })
        events = try store.movedEvents(after: 0, limit: 100_000, bytes: .max)
        deliveries = try store.movedDeliveries(after: 0, limit: 100_000)
        requests = try store.requests(Set(OperatorRequest.Verb.allCases))
        status = try StoreStatus(of: endpoints.map(\.name), in: store)
        listedEvents = try store.listedEvents([], limit: 100_000)
        var all = ListFilter()
        all.limit = 100_000
        listedDeliveries = try store.listedDeliveries(all)
    }

    private static func records(of resource: Int64, in store: any StoreReading) throws -> [RecordID: Record] {
        let all = RecordSelection(Set(Presence.allCases), of: resource)
        let ids = try store.ids(all, limit: nil, offset: 0)
        let (summaries, contents) = (
            try store.summaries(of: ids, in: resource), try store.contents(of: ids, in: resource)
        )
        let found = try store.found(among: ids, in: resource)
        var sweeps: [RecordID: [Int]] = [:]
        for sweep in try store.sweepMarks().first(where: { $0.resource == resource })?.marked ?? [] {
            for id in try store.swept(by: sweep, of: resource, limit: 100_000) { sweeps[id, default: []].append(sweep) }
        }
        return Dictionary(
            uniqueKeysWithValues: ids.map {
                (
                    $0,
                    Record(
                        summary: summaries[$0], content: contents[$0], isFound: found.contains($0),
                        sweeps: sweeps[$0] ?? [])
                )
            })
    }
}
