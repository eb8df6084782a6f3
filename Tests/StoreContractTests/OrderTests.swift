import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("The order of an endpoint's deliveries", .onEveryEngine)
struct OrderTests {
    private func opened(_ order: DeliveryOrder, _ fixture: StorePlace) throws -> OpenStore {
        try fixture.open(rules: EndpointRules(order: order))
    }

    @Test("none lets everything go at once")
    func none() throws {
        let fixture = try StorePlace()
        let opened = try opened(.none, fixture)
        for name in ["A", "B", "C"] { try opened.commit([OpenStore.record(1, name: name)]) }
        #expect(try opened.due().map(\.sequence) == [1, 2, 3])
    }

    @Test("endpoint lets one go after the other, whatever their records, and a dead one does not hold up the rest")
    func endpoint() throws {
        let fixture = try StorePlace()
        let opened = try opened(.endpoint, fixture)
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        try opened.commit([OpenStore.record(1, name: "B")])
        var due = try opened.due()
        #expect(due.map(\.sequence) == [1])
        try opened.settle(due[0], as: .retry(at: opened.now + .hours(1)), status: 500)
        #expect(try opened.due().isEmpty)
        due = try opened.due(at: opened.now + .hours(1))
        try opened.settle(due[0], as: .dead, status: 500)
        due = try opened.due()
        #expect(due.map(\.sequence) == [2])
        try opened.settle(due[0], as: .delivered)
        #expect(try opened.due().map(\.sequence) == [3])
    }

    @Test(
        "can be changed while events wait",
        arguments: [
            (DeliveryOrder.record, DeliveryOrder.endpoint, [1]), (.record, .none, [1, 2, 3]),
            (.endpoint, .record, [1, 2]), (.none, .record, [1, 2]), (.none, .endpoint, [1]),
        ])
    func change(from: DeliveryOrder, to: DeliveryOrder, due: [Int]) throws {
        let fixture = try StorePlace()
        do {
            let opened = try opened(from, fixture)
            try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
            try opened.commit([OpenStore.record(1, name: "B")])
        }
        let opened = try opened(to, fixture)
        #expect(try opened.due().map(\.sequence) == due)
        var order: [Int] = []
        while let next = try opened.due().first {
            order.append(next.sequence)
            try opened.settle(next, as: .delivered)
        }
        #expect(order == [1, 2, 3])
    }

    @Test("What has waited longest goes first, also where it waited for an earlier event of its record")
    func longestFirst() throws {
        let fixture = try StorePlace()
        let opened = try opened(.record, fixture)
        try opened.commit([OpenStore.record(1, name: "A")])
        try opened.commit([
            OpenStore.record(1, name: "B"), OpenStore.record(2, name: "A"), OpenStore.record(3, name: "A"),
        ])
        var order: [Int] = []
        while let next = try opened.due(at: opened.now + .minutes(1)).first {
            order.append(next.sequence)
            try opened.settle(next, as: .delivered, at: opened.now + .seconds(order.count))
        }
        #expect(order == [1, 2, 3, 4])
    }

    @Test("Each endpoint has its own queue, and gets what its filter admits under numbers of its own")
    func endpoints() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        let pattern = try #require(EventTypePattern("*.updated"))
        let updates = try opened.store.endpoint(
            named: "updates", rules: EndpointRules(filter: EventFilter(types: [pattern])), longestWait: .hours(1),
            at: opened.now)
        func commit(_ records: [String]) throws {
            _ = try opened.store.commit(
                try opened.page(records), to: [opened.endpoint, updates], detectedAt: opened.now,
                at: opened.now)
        }
        try commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        try commit([OpenStore.record(2, name: "B")])
        let first = try opened.store.claim(of: updates, limit: 10, at: opened.now)
        #expect(first.map(\.sequence) == [3] && first.map(\.endpointSequence) == [1])
        #expect(try opened.due().map(\.sequence) == [1, 2])
        #expect(try opened.store.queueDepth(of: updates).open == 1)
    }
}
