// What lists show of the log and of the queue, on every engine.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("What lists show", .onEveryEngine)
struct ListsTests {
    private let place: StorePlace
    private let opened: OpenStore
    /// Of another account.
    private let other: EngineUnderTest

    /// Two records that are created, and one of them changed: delivery 1 failed once, 2 is delivered, 3 waits for 1.
    init() throws {
        place = try StorePlace()
        let engines = try place.engines(["default", "other"])
        opened = try OpenStore(engines[0], at: place.now)
        other = engines[1]
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        try opened.commit([OpenStore.record(1, name: "B")])
        let due = try opened.due()
        try opened.settle(due[0], as: .retry(at: opened.now + .hours(1)), status: 503)
        try opened.settle(due[1], as: .delivered)
    }

    private func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer {
        try opened.store.look(verb)
    }

    private func list(_ adjust: (inout ListFilter) -> Void) throws -> [ListedDelivery] {
        var filter = ListFilter()
        adjust(&filter)
        return try look { [filter] in try $0.listedDeliveries(filter) }
    }

    private func pattern(_ text: String) throws -> EventTypePattern { try #require(EventTypePattern(text)) }

    @Test("Deliveries are listed newest first, with what came of them")
    func deliveries() throws {
        let all = try list { _ in }
        #expect(all.map(\.state) == [.waiting, .delivered, .pending])
        #expect(all.map(\.sequence) == [3, 2, 1] && all.map(\.lastResult) == [nil, "200", "503"])
        #expect(all.map(\.endpointSequence) == [3, 2, 1] && all.map(\.attempts) == [0, 1, 1])
        #expect(all.map(\.type) == ["contact.updated", "contact.created", "contact.created"])
        #expect(all.map(\.record) == [RecordID("1"), RecordID("2"), RecordID("1")])
        #expect(all.allSatisfy { $0.resource == "contacts" && $0.endpoint == "default" && !$0.isReplay })
        #expect(all.map(\.dueAt) == [nil, nil, opened.now + .hours(1)])
        #expect(all.map(\.settledAt) == [nil, opened.now, nil])
        #expect(all.allSatisfy { $0.detectedAt == opened.now })
        #expect(try all.map(\.eventID) == opened.messages().map(\.id).reversed())
    }

    @Test("A list is cut down by state, endpoint, event, type and length, by all of them at once")
    func filters() throws {
        let first = try #require(try look { try $0.listedEvent(named: "1") })
        #expect(try list { $0.state = .waiting }.map(\.sequence) == [3])
        #expect(try list { $0.endpoint = "default" }.count == 3 && list { $0.endpoint = "other" }.isEmpty)
        #expect(try list { $0.eventID = first.id }.map(\.sequence) == [1])
        let (updates, creations) = (try pattern("*.updated"), try pattern("contact.created"))
        #expect(try list { $0.types = [updates] }.map(\.sequence) == [3])
        #expect(try list { $0.types = [updates, creations] }.count == 3)
        #expect(try list { $0.limit = 2 }.map(\.sequence) == [3, 2])
        #expect(try list { $0.limit = .max }.count == 3)
        #expect(try list { ($0.types, $0.limit) = ([creations], 1) }.map(\.sequence) == [2])
        #expect(try list { ($0.state, $0.types) = (.pending, [updates]) }.isEmpty)
    }

    @Test("A delivery is shown with each attempt: result, phases, and the start of the answer")
    func show() throws {
        let pending = try #require(try list { $0.state = .pending }.first)
        var phases = AttemptPhases()
        phases[.lookup] = .milliseconds(1)
        phases[.connect] = .milliseconds(2)
        let answer = [UInt8](repeating: 65, count: Limits.answerBytesKept + 1)
        let outcome = AttemptOutcome(
            verdict: .failed(.tls), detail: "no name in common", answer: answer, duration: .milliseconds(3),
            phases: phases)
        try opened.store.settle(
            [
                AttemptReport(
                    deliveryID: pending.id, number: 2, startedAt: opened.now + .seconds(1), outcome: outcome,
                    disposition: .retry(at: opened.now))
            ], of: opened.endpoint, holdUntil: nil, at: opened.now)
        let shown = try #require(try look { try $0.shownDelivery(pending.id) })
        #expect(shown.delivery.attempts == 2 && shown.delivery.lastResult == "tls")
        #expect(try shown.delivery == list { $0.state = .pending }.first)
        #expect(shown.attempts.map(\.number) == [1, 2])
        #expect(shown.attempts.map(\.status) == [503, nil] && shown.attempts.map(\.failure) == [nil, "tls"])
        #expect(shown.attempts.map(\.startedAt) == [opened.now, opened.now + .seconds(1)])
        #expect(shown.attempts[1].phases == phases && shown.attempts[1].detail == "no name in common")
        #expect(shown.attempts[1].duration == .milliseconds(3))
        #expect(shown.attempts[1].answer == Array(answer.dropLast()))
        #expect(EventMessage(body: shown.body)?.sequence == 1)
        #expect(try look { try $0.shownDelivery(999) } == nil)
    }

    @Test("What is folded into a delivery is what is shown of it; a number that it has not got yet is none")
    func folded() throws {
        var fold = FoldWrite(delivery: 3, resource: 1)
        fold.told = .init(type: "contact.deleted", body: [66])
        try opened.store.transact { try $0.write([.fold([fold])]) }
        let deletions = try pattern("*.deleted")
        #expect(try list { $0.types = [deletions] }.map(\.id) == [3])
        let shown = try #require(try look { try $0.shownDelivery(3) })
        #expect(shown.delivery.type == "contact.deleted" && shown.body == [66])
        let folding = try OpenStore(other, rules: EndpointRules(coalesces: true), at: place.now)
        try folding.commit([OpenStore.record(1, name: "A")])
        _ = try folding.store.claim(of: folding.endpoint, limit: 1, at: folding.now)
        try folding.commit([OpenStore.record(1, name: "B")])
        let late = try folding.store.look { try $0.listedDeliveries(ListFilter()) }
        #expect(late.map(\.endpointSequence) == [nil, 1] && late.map(\.state) == [.waiting, .pending])
    }

    @Test("A replay says that it is one")
    func replay() throws {
        var selection = ReplaySelection()
        selection.sequences = 2...2
        _ = try opened.store.transact { [selection] in
            try AskForReplay(selection, eventsPerSecond: 10).run(in: $0)
        }
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 9, at: opened.now) != nil {}
        let all = try list { _ in }
        #expect(all.map(\.sequence) == [2, 3, 2, 1] && all.map(\.isReplay) == [true, false, false, false])
        #expect(all[2].state == .delivered && all[0].state == .pending && all[0].lastResult == nil)
    }

    @Test("Events are listed newest first, and found by id or number")
    func events() throws {
        try look { store throws in
            let events = try store.listedEvents([], limit: 9)
            #expect(events.map(\.sequence) == [3, 2, 1])
            #expect(events.allSatisfy { $0.resource == "contacts" && $0.detectedAt == opened.now })
            #expect(events.map { EventMessage(body: $0.body)?.id } == events.map(\.id))
            #expect(try store.listedEvents([pattern("contact.*")], limit: 2).map(\.sequence) == [3, 2])
            #expect(try store.listedEvents([pattern("*.created")], limit: .max).map(\.sequence) == [2, 1])
            #expect(try store.listedEvents([pattern("lead.*")], limit: 9).isEmpty)
            #expect(try store.listedEvent(named: events[0].id) == events[0])
            #expect(try store.listedEvent(named: "3") == events[0])
            for name in ["evt_none", "0", "-1", "4", "1099511627777", ""] {
                #expect(try store.listedEvent(named: name) == nil, "\(name)")
            }
        }
    }

    @Test("The log is read onwards part by part, each event once; what is gone is named, and large bodies make few")
    func onwards() throws {
        try opened.commit((4...6).map { OpenStore.record($0, name: "A") })
        let part = try look { try LoggedEvents(after: 2, limit: 2, in: $0) }
        #expect(part.events.map(\.sequence) == [3, 4] && part.firstSequence == 1 && part.lastSequence == 6)
        #expect(part.hasMore && part.nextAfter == 4 && part.missing.isEmpty)
        #expect(try look { try LoggedEvents(latest: 2, in: $0) }.events.map(\.sequence) == [5, 6])
        #expect(try look { try LoggedEvents(latest: 9, in: $0) }.events.count == 6)
        let beyond = try look { try LoggedEvents(after: 9, limit: 2, in: $0) }
        #expect(beyond.events.isEmpty && !beyond.hasMore && beyond.lastSequence == 6)
        let bodies = try look { try $0.listedEvents(after: 0, limit: .max, bytes: .max) }.map(\.body.count)
        #expect(bodies.count == 6)
        try look { store throws in
            #expect(try store.listedEvents(after: 0, limit: 9, bytes: 1).count == 1)
            #expect(try store.listedEvents(after: 0, limit: 9, bytes: bodies[0]).count == 1)
            #expect(try store.listedEvents(after: 0, limit: 9, bytes: bodies[0] + 1).count == 2)
        }
        try opened.store.transact { try $0.write([.dropDeliveries([1, 2, 4]), .dropEvents([1, 2, 4])]) }
        let left = try look { try LoggedEvents(after: 0, limit: 9, in: $0) }
        #expect(left.firstSequence == 3 && left.events.map(\.sequence) == [3, 5, 6])
        #expect(left.missing == [1...2, 4...4])
    }

    @Test("What belongs to a resource that is set aside is shown under the name that it had")
    func setAside() throws {
        try opened.store.transact { try $0.write([.adopt(.setAside(1), at: opened.now)]) }
        #expect(try look { try $0.resources() }.isEmpty)
        #expect(try list { _ in }.allSatisfy { $0.resource == "contacts" })
        #expect(try look { try $0.listedEvents([], limit: 9) }.allSatisfy { $0.resource == "contacts" })
        #expect(try look { try $0.shownDelivery(1) }?.delivery.resource == "contacts")
    }

    @Test("Of another account nothing is shown")
    func apart() throws {
        let other = try OpenStore(other, at: place.now)
        try look { store throws in #expect(try store.firstSequence() == 1) }
        let first = try #require(try look { try $0.listedEvent(sequence: 1) })
        try other.store.look { store throws in
            #expect(try store.firstSequence() == nil)
            #expect(try store.listedEvents([], limit: 9).isEmpty)
            #expect(try store.listedEvents(after: 0, limit: 9, bytes: .max).isEmpty)
            #expect(try store.listedDeliveries(ListFilter()).isEmpty)
            #expect(try store.listedEvent(id: first.id) == nil && store.shownDelivery(3) == nil)
        }
        try other.commit([OpenStore.record(7, name: "A")])
        try other.store.look { store throws in
            #expect(try store.listedEvents([], limit: 9).map(\.sequence) == [1])
            #expect(try store.listedEvent(sequence: 1)?.record == RecordID("7"))
            #expect(try store.firstSequence() == 1 && store.listedDeliveries(ListFilter()).count == 1)
        }
    }
}
