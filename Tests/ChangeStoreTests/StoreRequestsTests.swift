// What commands leave in the store for a daemon that runs on it.

import ChangeFeed
import ChangeStore
import EventStore
import StagedStores
import Testing

@Suite("Requests of a command beside the daemon")
struct StoreRequestsTests {
    private let fixture: StoreFixture
    private let opened: OpenStore
    private let visitor: StoreVisitor

    init() throws {
        fixture = try StoreFixture()
        opened = try fixture.open()
        try opened.commit((1...3).map { OpenStore.record($0, name: "A") })
        visitor = try StoreVisitor(path: fixture.path, account: "default", isReadOnly: false)
    }

    @Test("A replay is counted before it is asked for, and carried out by the daemon")
    func replay() throws {
        for due in try opened.due() { try opened.settle(due, as: .delivered) }
        var selection = ReplaySelection()
        selection.sequences = 2...9
        let counted = try visitor.replayed(by: selection, endpoints: [("default", EndpointRules()), ("new", .init())])
        #expect(counted.map(\.endpoint) == ["default", "new"] && counted.map(\.events) == [2, 2])
        #expect(try opened.store.carryOnReplay(to: [opened.endpoint], limit: 9, at: opened.now) == nil)
        try visitor.requestReplay(of: selection, eventsPerSecond: 1_000)
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 9, at: opened.now) != nil {}
        #expect(try opened.pending(of: opened.endpoint, by: opened.now + .seconds(1)).map(\.sequence) == [2, 3])
    }

    @Test("A delivery is given up by its number, and all that waits for an endpoint by its name")
    func givingUp() throws {
        let first = try #require(try opened.due().first)
        #expect(try visitor.requestGivingUp(of: 99) == .unknownDelivery)
        #expect(try visitor.requestGivingUp(of: first.id) == .requested)
        let one = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        #expect(one.deliveries.map(\.id) == [first.id] && one.ofQueue == 0)
        #expect(try visitor.requestGivingUp(allTo: "another") == .unknownEndpoint)
        #expect(try visitor.requestGivingUp(allTo: "default") == .requested(deliveries: 2))
        let all = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        #expect(all.deliveries.isEmpty && all.ofQueue == 2)
    }

    @Test("An endpoint is resumed by its name, once")
    func resumption() throws {
        #expect(try visitor.requestResumption(of: "another") == .unknownEndpoint)
        #expect(try !opened.store.isResumptionRequested(of: opened.endpoint))
        #expect(try visitor.requestResumption(of: "default") == .requested)
        #expect(try opened.store.isResumptionRequested(of: opened.endpoint))
        try opened.store.resume(opened.endpoint)
        #expect(try !opened.store.isResumptionRequested(of: opened.endpoint))
    }
}
