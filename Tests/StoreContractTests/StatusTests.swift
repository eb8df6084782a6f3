// What `status` is told of an account, on every engine.

import ChangeFeed
import StagedStores
import Testing

@testable import EventStore

@Suite("How the work of an account stands", .onEveryEngine)
struct StatusTests {
    private let place: StorePlace
    private let opened: OpenStore
    private let other: EngineUnderTest

    init() throws {
        place = try StorePlace()
        let engines = try place.engines(["default", "other"])
        opened = try OpenStore(engines[0], at: place.now)
        other = engines[1]
    }

    private func status(_ endpoints: [String] = ["default"]) throws -> StoreStatus {
        try opened.store.status(endpoints: endpoints)
    }

    private func contacts() throws -> StoreStatus.Resource { try #require(try status().resources.first) }

    private func write(_ operations: StoreOperation...) throws {
        try opened.store.transact { try $0.write(operations) }
    }

    @Test("Of an account that has done nothing yet, nothing is said but what is configured")
    func nothing() throws {
        let status = try status(["b", "a"])
        #expect(status.resources.isEmpty && status.replays.isEmpty && status.lastSequence == 0)
        #expect(status.budget == RequestBudget.Memory())
        #expect(status.endpoints == [StoreStatus.Endpoint(name: "b"), StoreStatus.Endpoint(name: "a")])
    }

    @Test("Each resource that was contacted is told by its name, with its progress, its pace and where records stand")
    func resources() throws {
        try opened.learn(1...5)
        try write(
            .presence([RecordID("1"), RecordID("2")], of: 1, .suspect), .presence([RecordID("3")], of: 1, .deleted))
        var pace = ResourcePace()
        pace.polled(3, requests: 2, from: opened.now - .hours(1), to: opened.now)
        let progress = ResourceProgress(
            newsThreshold: .since(opened.now), cursor: opened.now - .hours(1), polledAt: opened.now,
            baseline: .walking(covered: 7, last: RecordID("4711")))
        for (id, name) in [(2, "Zebra__c"), (3, "beta__c"), (4, "alpha__c"), (5, "never__c")] as [(Int64, String)] {
            let name = ResourceName(name)
            let source = RecordSource(object: name.text, idField: "RECORD_ID")
            try write(.introduce(NewResource(id: id, name: name, eventName: name, source: source)))
            if id < 5 { try write(.progress(progress, resource: id)) }
        }
        try write(.pace(pace, resource: 2), .adopt(.setAside(3), at: opened.now))
        let resources = try status().resources
        #expect(resources.map(\.name.text) == ["Zebra__c", "alpha__c", "contacts"])
        #expect(resources[0].progress == progress && resources[0].pace == pace && resources[0].records.isEmpty)
        #expect(resources[2].records == [.listed: 2, .suspect: 2, .deleted: 1])
        #expect(try other.status(endpoints: []).resources.isEmpty)
    }

    @Test("Changes without a stamp are told by since when they wait, and since when and where they are held")
    func unstamped() throws {
        try opened.learn(1...100)
        try opened.read((1...60).map { OpenStore.relaid($0) }, ends: false)
        var later = opened
        later.now = later.now + .hours(1)
        try later.read([OpenStore.relaid(61)], ends: false)
        let open = try contacts()
        #expect(open.changesOpen == 61 && open.changesOpenSince == opened.now)
        #expect(open.changesHeld == 0 && open.changesHeldSince == nil && open.changesHeldIn.isEmpty)
        try later.read((62...100).map { OpenStore.relaid($0) })
        let held = try contacts()
        #expect(held.changesHeld == 100 && held.changesHeldSince == later.now && held.changesHeldIn == ["/CHECKED"])
        #expect(held.changesOpen == 0 && held.changesOpenSince == nil)
    }

    @Test("An endpoint is told with its queue, its health, and since when the oldest of what is not delivered waits")
    func endpoint() throws {
        for (hour, id) in [1, 1, 2, 3].enumerated() {
            var at = opened
            at.now = at.now + .hours(hour)
            try at.commit([OpenStore.record(id, name: "\(hour)")])
        }
        let health = EndpointHealth(
            circuit: .closed, disabled: .gone, failures: 3, failingSince: opened.now, failingTypes: [])
        try write(
            .endpoint(opened.endpoint.id, EndpointChange(health: health, heldUntil: .until(opened.now + .hours(9)))))
        let before = try #require(try status().endpoints.first)
        #expect(before.name == "default" && before.isConfigured && before.queue == QueueDepth(open: 4, dead: 0))
        #expect(before.oldestOpen == opened.now && before.health == health)
        #expect(before.heldUntil == opened.now + .hours(9))
        var change = DeliveryChange()
        (change.state, change.settledAt) = (.delivered, opened.now)
        try write(.change([1], change))
        change.state = .dead
        try write(.change([3], change))
        // What waits for another of its record is none that anything waits for: 4 is the first that may go.
        let after = try #require(try status().endpoints.first)
        #expect(after.queue == QueueDepth(open: 2, dead: 1) && after.oldestOpen == opened.now + .hours(3))
        #expect(try status().lastSequence == 4)
    }

    @Test("What is sent once more is no news that waits, though it is in the queue")
    func replayed() throws {
        try opened.commit([OpenStore.record(1, name: "A")])
        for due in try opened.due() { try opened.settle(due, as: .delivered) }
        _ = try opened.store.transact { try AskForReplay(ReplaySelection(), eventsPerSecond: 1).run(in: $0) }
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 9, at: opened.now) != nil {}
        let endpoint = try #require(try status().endpoints.first)
        #expect(endpoint.queue.open == 1 && endpoint.oldestOpen == nil)
    }

    @Test("Endpoints that are configured come as they were asked for, and behind them by name those that have a queue")
    func unconfigured() throws {
        for name in ["é", "b", "B", "idle"] {
            _ = try opened.store.endpoint(named: name, longestWait: .hours(1), at: opened.now)
        }
        let ids = try opened.store.look { store in
            try ["é", "b", "B"].map { try #require(try store.endpoint(named: $0)) }
        }
        try opened.commit([OpenStore.record(1, name: "A")])
        for (index, id) in ids.enumerated() {
            let write = DeliveryWrite(
                id: Int64(index) + 10, endpoint: id, eventSequence: 1, type: "contact.created", number: 1, key: "\(id)",
                replaySpacing: nil, state: index == 1 ? .waiting : .pending, dueAt: opened.now)
            try self.write(.enqueue([write]))
        }
        var dead = DeliveryChange()
        (dead.state, dead.settledAt) = (.dead, opened.now)
        try write(.change([12], dead))
        let endpoints = try status(["new", "default"]).endpoints
        #expect(endpoints.map(\.name) == ["new", "default", "B", "b", "é"])
        #expect(endpoints.map(\.isConfigured) == [true, true, false, false, false])
        #expect(endpoints.map(\.queue.open) == [0, 1, 0, 1, 1] && endpoints.map(\.queue.dead) == [0, 0, 1, 0, 0])
        // Dead letters wait for nothing.
        let beside = try opened.store.queuedBeside([opened.endpoint])
        #expect(beside.map(\.name) == ["b", "é"] && beside.map(\.open) == [1, 1])
        #expect(try opened.store.queuedBeside([]).map(\.name) == ["b", "default", "é"])
        #expect(try other.queuedBeside([]).isEmpty)
    }

    @Test("Replays that are not in the queue yet are told in their order, and what is left of the day's requests")
    func replays() throws {
        try opened.commit((1...3).map { OpenStore.record($0, name: "A") })
        for rate in [1.0, 2.0] {
            _ = try opened.store.transact { try AskForReplay(ReplaySelection(), eventsPerSecond: rate).run(in: $0) }
        }
        let request = APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .sweep)
        try opened.store.count(request, memory: .init(lastDeparture: opened.now), at: opened.now)
        let status = try status()
        #expect(status.replays.map(\.eventsPerSecond) == [1, 2] && status.replays.allSatisfy { $0.through == 3 })
        #expect(status.budget.ledger.used(at: opened.now) == 1 && status.budget.lastDeparture == opened.now)
        #expect(try other.status(endpoints: []).replays.isEmpty)
        #expect(try opened.store.unreadableMemories().isEmpty)
    }
}
