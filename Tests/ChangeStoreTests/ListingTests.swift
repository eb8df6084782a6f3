import ChangeFeed
import EventStore
import StagedStores
import Testing

@testable import ChangeStore

@Suite("What commands show of the queue")
struct ListingTests {
    private let fixture: StoreFixture
    private let opened: OpenStore

    init() throws {
        fixture = try StoreFixture()
        opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        try opened.commit([OpenStore.record(1, name: "B")])
        let due = try opened.due()
        try opened.settle(due[0], as: .retry(at: opened.now + .hours(1)), status: 503)
        try opened.settle(due[1], as: .delivered)
    }

    private func visitor() throws -> StoreVisitor {
        try StoreVisitor(path: fixture.path, account: "default", isReadOnly: true)
    }

    private func list(_ adjust: (inout ListFilter) -> Void) throws -> [ListedDelivery] {
        var filter = ListFilter()
        adjust(&filter)
        return try visitor().deliveries(filter)
    }

    @Test("Deliveries are listed newest first, with what came of them")
    func deliveries() throws {
        let all = try list { _ in }
        #expect(all.map(\.state) == [.waiting, .delivered, .pending])
        #expect(all.map(\.sequence) == [3, 2, 1] && all.map(\.lastResult) == [nil, "200", "503"])
        #expect(all.map(\.resource) == ["contacts", "contacts", "contacts"] && all[2].dueAt == opened.now + .hours(1))
        #expect(all[1].settledAt == opened.now && all[1].dueAt == nil && all[0].endpoint == "default")
    }

    @Test("A list is cut down by state, endpoint, event, type and length")
    func filters() throws {
        let first = try #require(try visitor().event("1"))
        #expect(try list { $0.state = .waiting }.map(\.sequence) == [3])
        #expect(try list { $0.endpoint = "other" }.isEmpty)
        #expect(try list { $0.eventID = first.id }.map(\.sequence) == [1])
        let updates = try #require(EventTypePattern("*.updated"))
        #expect(try list { $0.types = [updates] }.map(\.sequence) == [3])
        #expect(try list { $0.limit = 2 }.map(\.sequence) == [3, 2])
    }

    @Test("A delivery is shown with each attempt: result, phases, and the start of the answer")
    func show() throws {
        let pending = try #require(try list { $0.state = .pending }.first)
        var phases = AttemptPhases()
        phases[.lookup] = .milliseconds(1)
        phases[.connect] = .milliseconds(2)
        let outcome = AttemptOutcome(
            verdict: .failed(.tls), answer: Array("no".utf8), duration: .milliseconds(3), phases: phases)
        try opened.store.settle(
            [
                AttemptReport(
                    deliveryID: pending.id, number: 2, startedAt: opened.now, outcome: outcome,
                    disposition: .retry(at: opened.now))
            ], of: opened.endpoint, holdUntil: nil, at: opened.now)
        let (delivery, attempts, body) = try #require(try visitor().delivery(pending.id))
        #expect(delivery.attempts == 2 && delivery.lastResult == "tls")
        #expect(attempts.map(\.status) == [503, nil] && attempts.map(\.failure) == [nil, "tls"])
        #expect(attempts[1].phases == phases && attempts[1].answer == Array("no".utf8))
        #expect(EventMessage(body: body)?.sequence == 1)
        #expect(try visitor().delivery(999) == nil)
    }

    @Test("Events are listed newest first, and found by id or number")
    func events() throws {
        let events = try visitor().events(ListFilter())
        #expect(events.map(\.sequence) == [3, 2, 1])
        #expect(try visitor().event(events[0].id) == events[0])
        #expect(try visitor().event("3") == events[0])
        #expect(try visitor().event("evt_none") == nil)
    }
}
