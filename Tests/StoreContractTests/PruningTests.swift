// What is old goes, a little at a time, and nothing goes that is still needed.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("What is let go", .onEveryEngine)
struct PruningTests {
    private let place: StorePlace
    private let opened: OpenStore
    private var store: EngineUnderTest { opened.store }
    private var later: Instant { opened.now + .seconds(1) }

    init() throws {
        place = try StorePlace()
        opened = try place.open()
    }

    private func events() throws -> [Int] {
        try store.look { try $0.bodies(ofEvents: Array(1...20)).keys.sorted() }
    }

    private func commit(_ records: [String], to endpoints: [StoredEndpoint]) throws {
        _ = try store.commit(
            try opened.page(records), to: endpoints, detectedAt: opened.now, at: opened.now)
    }

    @Test("An event goes with the last of its deliveries, and one that is not settled stays")
    func lastDelivery() throws {
        let other = try store.endpoint(named: "other", longestWait: .hours(1), at: opened.now)
        try commit([OpenStore.record(1, name: "A")], to: [opened.endpoint, other])
        try opened.settle(try #require(try opened.due().first), as: .delivered)
        #expect(try store.prune(settledBefore: opened.now, limit: 10) == 0)
        #expect(try store.prune(settledBefore: later, limit: 10) == 1)
        #expect(try events() == [1])
        let second = StagedStore(store: store, endpoint: other, now: opened.now)
        try second.settle(try #require(try second.due().first), as: .dead)
        #expect(try store.prune(settledBefore: later, limit: 10) == 0)
        #expect(try events() == [1])
        #expect(try store.queueDepth(of: other) == QueueDepth(open: 0, dead: 1))
    }

    @Test("The oldest go first, as many as asked for, and numbers go on")
    func oldestFirst() throws {
        for (number, name) in ["A", "B", "C"].enumerated() {
            try opened.commit([OpenStore.record(number, name: name)])
        }
        for (seconds, delivery) in zip([3, 1, 2], try opened.due()) {
            try opened.settle(delivery, as: .delivered, at: opened.now + .seconds(seconds))
        }
        let horizon = opened.now + .seconds(10)
        #expect(try store.prune(settledBefore: horizon, limit: 2) == 2)
        #expect(try events() == [1])
        #expect(try store.prune(settledBefore: horizon, limit: 2) == 1)
        #expect(try events().isEmpty)
        try opened.commit([OpenStore.record(9, name: "A")])
        #expect(try events() == [4])
        #expect(try store.look { try $0.lastNumber(ofEndpoint: opened.endpoint.id) } == 4)
    }

    @Test("Events that nobody gets go once they are old, the oldest first, and those that wait stay")
    func unsent() throws {
        let deletes = EventFilter(types: [try #require(EventTypePattern("*.deleted"))])
        let picky = try store.endpoint(
            named: "picky", rules: EndpointRules(filter: deletes), longestWait: .hours(1), at: opened.now)
        try opened.commit([OpenStore.record(1, name: "A")])
        for name in ["A", "B"] { try commit([OpenStore.record(2, name: name)], to: [picky]) }
        #expect(try store.pruneUnsentEvents(detectedBefore: opened.now, limit: 10) == 0)
        #expect(try store.pruneUnsentEvents(detectedBefore: later, limit: 1) == 1)
        #expect(try events() == [1, 3])
        #expect(try store.pruneUnsentEvents(detectedBefore: later, limit: 10) == 1)
        #expect(try events() == [1])
    }

    @Test("What the sweep under way has met stays, what others had met goes")
    func sweeps() throws {
        try opened.commit([OpenStore.record(1, name: "A")])
        let resource = try #require(
            try store.look { try $0.resource(named: OpenStore.plan.name) }
        ).id
        var progress = try #require(try store.look { try $0.progress() }[OpenStore.plan.name])
        progress.presence.sweeps = 8
        progress.presence.walk = PresenceProgress.Walk(covered: 2)
        let met = (1...3).map { RecordID("\($0)") }
        try store.transact {
            try $0.write([
                .progress(progress, resource: resource), .swept(met, of: resource, sweep: 7),
                .swept(Array(met.prefix(2)), of: resource, sweep: 8),
            ])
        }
        #expect(try store.pruneSweeps(limit: 2) == 2)
        #expect(try store.pruneSweeps(limit: 2) == 1)
        #expect(try store.pruneSweeps(limit: 2) == 0)
        #expect(
            try store.look { try $0.sweepMarks() } == [
                SweepMarks(resource: resource, marked: [8], last: 8, isUnderWay: true)
            ])
        progress.presence.walk = nil
        try store.transact { try $0.write([.progress(progress, resource: resource)]) }
        #expect(try store.pruneSweeps(limit: 10) == 2)
        #expect(try store.look { try $0.sweepMarks() }.isEmpty)
    }

    @Test("What was set aside goes in parts once it is old, and is not taken up in part")
    func setAside() throws {
        try opened.commit((1...5).map { OpenStore.record($0, name: "A") })
        var other = OpenStore.plan
        other.idField = FieldPath("LAST_NAME")
        func adopt(_ plan: ResourcePlan) throws -> [ResourceAdoption.Notice] {
            try store.memory(adopting: [plan], at: opened.now).notices
        }
        _ = try adopt(other)
        #expect(try store.pruneSetAside(before: opened.now, limit: 3) == 0)
        #expect(try store.pruneSetAside(before: later, limit: 3) == 3)
        #expect(try adopt(OpenStore.plan) == [])
        #expect(try store.pruneSetAside(before: later, limit: 3) == 2)
        #expect(try store.pruneSetAside(before: later, limit: 3) == 0)
    }
}
