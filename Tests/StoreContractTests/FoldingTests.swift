import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("An endpoint that coalesces", .onEveryEngine)
struct FoldingTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open(rules: EndpointRules(coalesces: true))
    }

    private func change(_ name: String, of id: Int = 1) throws { try opened.commit([OpenStore.record(id, name: name)]) }

    private func claim() throws -> [DueDelivery] {
        try opened.store.claim(of: opened.endpoint, limit: 10, at: opened.now)
    }

    private func message(_ delivery: DueDelivery) throws -> EventMessage {
        try #require(EventMessage(body: delivery.body))
    }

    /// Delivers what is due of the record's creation, so that what follows are updates.
    private func created(_ name: String) throws {
        try change(name)
        try opened.settle(try #require(try claim().first), as: .delivered)
    }

    @Test("sends the newest state with the diff from the last delivered one, under the newest event's id and number")
    func newest() throws {
        try created("A")
        for name in ["B", "C", "D"] { try change(name) }
        let due = try claim()
        #expect(
            due.map(\.sequence) == [4] && due.map(\.endpointSequence) == [2] && due.map(\.type) == ["contact.updated"])
        let message = try message(due[0])
        #expect(message.id == due[0].eventID && message.sequence == 4)
        #expect(message.change.record.value(at: FieldPath("LAST_NAME"))?.decodedString == "D")
        #expect(message.change.changes?.map { $0.from?.decodedString } == ["A"])
        #expect(message.change.changes?.map { $0.to?.decodedString } == ["D"])
    }

    @Test("sends one creation for a record that was never delivered, and waits for nothing of other records")
    func creation() throws {
        try change("A")
        try change("B")
        try change("X", of: 2)
        let due = try claim()
        #expect(due.map(\.type) == ["contact.created", "contact.created"] && due.map(\.sequence) == [2, 3])
        #expect(try message(due[0]).change.record.value(at: FieldPath("LAST_NAME"))?.decodedString == "B")
    }

    @Test("leaves what is under way as it is; the next one carries on from there")
    func underWay() throws {
        try created("A")
        try change("B")
        let first = try #require(try claim().first)
        try change("C")
        try change("D")
        #expect(try claim().isEmpty)
        try opened.settle(first, as: .delivered)
        let second = try claim()
        #expect(second.map(\.sequence) == [4] && second.map(\.endpointSequence) == [3])
        #expect(try message(second[0]).change.changes?.map { $0.from?.decodedString } == ["B"])
    }

    @Test("folds what came meanwhile into one that was not accepted, which keeps its place and its number")
    func retried() throws {
        try created("A")
        try change("B")
        let first = try #require(try claim().first)
        try change("C")
        try opened.settle(first, as: .retry(at: opened.now), status: 503)
        try change("D")
        let again = try claim()
        #expect(again.map(\.id) == [first.id] && again.map(\.attempts) == [1])
        // What took its place has the whole schedule before it.
        #expect(again.map(\.attemptsBefore) == [1])
        #expect(again.map(\.sequence) == [4] && again.map(\.endpointSequence) == [2])
        #expect(try message(again[0]).change.changes?.map { $0.from?.decodedString } == ["A"])
        try opened.settle(again[0], as: .delivered)
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 0, dead: 0))
        try change("E")
        #expect(try claim().map(\.endpointSequence) == [3])
    }

    @Test("gives a newer event all of its attempts, until a record that is never accepted has had enough of them")
    func neverAccepted() throws {
        try created("A")
        try change("B")
        var left: [Int] = []
        for number in 1...30 {
            let due = try #require(try claim().first)
            left.append(due.attempts - due.attemptsBefore)
            try change("C\(number)")
            try opened.settle(due, as: .retry(at: opened.now), status: 500)
        }
        #expect(left == Array(repeating: 0, count: 13) + Array(1...17))
    }

    @Test("tells after a dead letter what that one would have told as well")
    func afterDead() throws {
        try created("A")
        try change("B")
        let first = try #require(try claim().first)
        try change("C")
        try opened.settle(first, as: .dead, status: 500)
        let next = try #require(try claim().first)
        #expect(try message(next).change.changes?.map { $0.from?.decodedString } == ["A"])
        #expect(try message(next).change.changes?.map { $0.to?.decodedString } == ["C"])
        // And a state that leads back is told all the same: whether the receiver has it is not known.
        try change("A")
        try opened.settle(next, as: .retry(at: opened.now), status: 500)
        #expect(try message(try #require(try claim().first)).change.changes == [])
    }

    @Test("tells it also where nothing waited behind the dead letter, and once")
    func longAfterDead() throws {
        try change("A")
        try opened.settle(try #require(try claim().first), as: .dead, status: 500)
        try change("B")
        var next = try #require(try claim().first)
        #expect(try next.type == "contact.created" && message(next).change.changes == nil)
        try opened.settle(next, as: .dead, status: 500)
        try change("C")
        next = try #require(try claim().first)
        #expect(next.type == "contact.created")
        try opened.settle(next, as: .delivered)
        try change("D")
        next = try #require(try claim().first)
        #expect(next.type == "contact.updated")
        #expect(try message(next).change.changes?.map { $0.from?.decodedString } == ["C"])
    }

    @Test("sends the same bytes on every attempt while nothing is added, over a restart too")
    func sameBytes() throws {
        let fixture = try StorePlace()
        var body: [UInt8] = []
        do {
            let opened = try fixture.open(rules: EndpointRules(coalesces: true))
            for name in ["A", "B", "C"] { try opened.commit([OpenStore.record(1, name: name)]) }
            let first = try #require(try opened.due().first)
            try opened.settle(first, as: .retry(at: opened.now), status: 503)
            body = first.body
        }
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        #expect(try opened.due().map(\.body) == [body])
    }

    @Test("folds nothing into what was queued before it did")
    func turnedOn() throws {
        let fixture = try StorePlace()
        do {
            try fixture.open().commit([OpenStore.record(1, name: "A")])
        }
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        for name in ["B", "C"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let first = try #require(try opened.due().first)
        #expect(first.type == "contact.created" && first.sequence == 1)
        try opened.settle(first, as: .delivered)
        #expect(try opened.due().map(\.sequence) == [3])
    }

    @Test("leaves no gap in the numbers, however often it is turned on and off while events wait")
    func numbers() throws {
        let fixture = try StorePlace()
        for (index, coalesces) in [true, false, true].enumerated() {
            let opened = try fixture.open(rules: EndpointRules(coalesces: coalesces))
            try opened.commit([OpenStore.record(1, name: "\(index)")])
            let head = try #require(try opened.due().first)
            try opened.settle(head, as: .retry(at: opened.now), status: 503)
        }
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        var told: [DueDelivery] = []
        while let next = try opened.due().first {
            told.append(next)
            try opened.settle(next, as: .delivered)
        }
        #expect(told.map(\.endpointSequence) == Array(1...told.count) && told.count > 1)
        #expect(told.map(\.sequence) == told.map(\.sequence).sorted())
    }

    @Test("folds nothing into a replay, nor a replay into anything: its bytes are those of the first time")
    func replays() throws {
        var bodies: [[UInt8]] = []
        for name in ["A", "B"] {
            try change(name)
            let due = try #require(try claim().first)
            bodies.append(due.body)
            try opened.settle(due, as: .dead, status: 500)
        }
        let visitor = AskingForIt(opened.store)
        var dead = ReplaySelection()
        dead.isOfDeadLetters = true
        try visitor.requestReplay(of: dead, eventsPerSecond: 1000)
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 10, at: opened.now) != nil {}
        let first = try #require(try claim().first)
        try opened.settle(first, as: .retry(at: opened.now), status: 503)
        let again = try #require(try claim().first)
        #expect(again.body == first.body && first.body == bodies[0])
        try opened.settle(again, as: .dead, status: 500)
        let second = try opened.store.claim(of: opened.endpoint, limit: 1, at: opened.now + .seconds(1))
        #expect(second.map(\.body) == [bodies[1]])
    }
}
