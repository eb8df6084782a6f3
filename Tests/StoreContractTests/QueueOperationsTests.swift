// What each operation on the log and the queues leaves, and what each question about them is answered, on every engine.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("The log and the queues in an engine", .onEveryEngine)
struct QueueOperationsTests {
    private let place: StorePlace
    private let opened: OpenStore
    private var store: EngineUnderTest { opened.store }
    private var endpoint: Int64 { opened.endpoint.id }

    /// Three events of one record and one of another: deliveries 1 to 4, of which 2 and 3 wait for 1.
    init() throws {
        place = try StorePlace()
        opened = try place.open()
        for name in ["A", "B", "C"] { try opened.commit([OpenStore.record(1, name: name)]) }
        try opened.commit([OpenStore.record(2, name: "A")])
    }

    private func write(_ operations: StoreOperation...) throws { try store.transact { try $0.write(operations) } }

    private func change(_ ids: [Int64], _ set: (inout DeliveryChange) -> Void) throws {
        var change = DeliveryChange()
        set(&change)
        try write(.change(ids, change))
    }

    private func key(_ record: String) throws -> String {
        let row = try store.look { try $0.resource(named: OpenStore.plan.name) }
        return "\(try #require(row).id)/\(record)"
    }

    @Test("Numbers go on where they ended")
    func numbers() throws {
        try store.look { store throws in
            #expect(try store.lastSequence() == 4)
            #expect(try store.lastNumber(ofEndpoint: endpoint) == 4)
            #expect(try store.lastNumber(of: .deliveries) == 4)
            #expect(try store.lastNumber(of: .requests) == 0)
            #expect(try store.lastNumber(of: .resources) == 1)
        }
    }

    @Test("The last open delivery of a key, and the first behind another, are found; settled ones are not")
    func neighbours() throws {
        let keys = [try key("1"), try key("2"), "nobody"]
        try store.look { store throws in
            #expect(try store.openTails(of: endpoint, keys: keys) == [keys[0]: 3, keys[1]: 4])
            #expect(try store.followers(of: [1, 2, 4]).mapValues(\.id) == [1: 2, 2: 1])
            #expect(try store.firstPending(before: 3) == 1)
            #expect(try store.lastOpen(of: endpoint) == 4)
        }
        try change([1]) { ($0.state, $0.attempts, $0.settledAt) = (.delivered, 1, place.now) }
        try store.look { store throws in
            #expect(try store.followers(of: [1]).mapValues(\.id) == [1: 2])
            #expect(try store.queued([1, 99]).mapValues(\.state) == [1: .delivered])
            #expect(try store.depth(of: endpoint) == QueueDepth(open: 3, dead: 0))
            #expect(try !store.hasOpen(of: endpoint, through: 1))
            #expect(try store.hasOpen(of: endpoint, through: 2))
        }
    }

    @Test("What is due is found by type and by whether it was tried, the first due first, without what is left out")
    func due() throws {
        try change([2, 3]) { $0.state = .pending }
        try change([3]) { $0.dueAt = place.now - .seconds(9) }
        try change([4]) { ($0.attempts, $0.dueAt) = (1, place.now + .hours(1)) }
        let fresh = QueueLane(endpoint: endpoint, isReplay: false, wasTried: false)
        let tried = QueueLane(endpoint: endpoint, isReplay: false, wasTried: true)
        try store.look { store throws in
            #expect(try store.waitingTypes(fresh) == ["contact.created", "contact.updated"])
            #expect(try store.waitingTypes(tried) == ["contact.created"])
            func ids(_ limit: Int, except left: Set<Int64> = []) throws -> [Int64] {
                try store.pending(
                    fresh, type: "contact.updated", isDue: true, by: place.now, limit: limit, except: left.contains
                ).map(\.id)
            }
            #expect(try ids(9) == [3, 2])
            #expect(try ids(1) == [3])
            #expect(try ids(1, except: [3]) == [2])
            let later = try store.pending(
                tried, type: "contact.created", isDue: false, by: place.now, limit: 1, except: { _ in false })
            #expect(later == [Admission.Candidate(id: 4, dueAt: place.now + .hours(1))])
            #expect(try store.dueDeliveries([4, 1]).map(\.id) == [4, 1])
            #expect(throws: (any Error).self) { try store.dueDeliveries([99]) }
        }
        try write(.makeDue(triedOf: endpoint))
        #expect(try store.look { try $0.dueDeliveries([4]) }[0].dueAt < place.now)
        try write(.limitDue(of: endpoint, wasTried: false, to: place.now - .hours(1)))
        #expect(try store.look { try $0.dueDeliveries([2]) }[0].dueAt == place.now - .hours(1))
        // Of what was tried, what waits behind another has no time of its own.
        let later = place.now + .hours(9)
        try change([3]) { ($0.state, $0.attempts, $0.dueAt) = (.waiting, 1, later) }
        try change([4]) { ($0.state, $0.attempts, $0.dueAt) = (.pending, 1, later) }
        try write(.limitDue(of: endpoint, wasTried: true, to: place.now))
        #expect(try store.look { try $0.dueDeliveries([3, 4]) }.map(\.dueAt) == [later, place.now])
    }

    @Test("What is folded is kept beside the delivery, and told in place of the event's own; it goes with the delivery")
    func folds() throws {
        #expect(try store.look { try $0.told(by: [1, 2]) }.isEmpty)
        var fold = FoldWrite(delivery: 1, resource: 1)
        fold.base = .init(content: [65], updatedField: FieldPath("AT"))
        try write(.fold([fold]))
        let own = try #require(store.look { try $0.told(by: [1]) }[1])
        #expect(own.base == [65] && own.updatedField == FieldPath("AT") && own.toldBody == nil && !own.body.isEmpty)
        fold.base = nil
        fold.told = .init(type: "contact.deleted", body: [66])
        try write(.fold([fold]))
        let told = try #require(store.look { try $0.told(by: [1]) }[1])
        #expect(told.base == [65] && told.body == [66] && told.type == "contact.deleted")
        #expect(try store.look { try $0.dueDeliveries([1]) }.map(\.body) == [[66]])
        try write(.retell(from: 1, in: 4))
        let retold = try #require(store.look { try $0.told(by: [4]) }[4])
        #expect(retold.base.isEmpty && retold.toldBody == [66] && retold.toldType == "contact.deleted")
        try change([1]) { $0.state = .dead }
        let key = try self.key("1")
        #expect(try store.look { try $0.deadTails(of: endpoint, keys: [key]) } == [key: 1])
        fold.isPassedOn = true
        try write(.fold([fold]))
        #expect(try store.look { try $0.deadTails(of: endpoint, keys: [key]) }.isEmpty)
        try write(.dropDeliveries([1]))
        #expect(try store.look { try $0.told(by: [1]) }.isEmpty)
    }

    @Test("The log is read by its numbers and by what a selection says")
    func log() throws {
        try change([2]) { $0.state = .dead }
        func sequences(_ selection: ReplaySelection, after: Int = 0, through: Int = 9) throws -> [Int] {
            try store.look { try $0.events(selection, after: after, through: through) }.map(\.sequence)
        }
        var selection = ReplaySelection()
        #expect(try sequences(selection) == [1, 2, 3, 4])
        #expect(try sequences(selection, after: 1, through: 3) == [2, 3])
        selection.isOfDeadLetters = true
        #expect(try sequences(selection) == [2])
        selection = ReplaySelection()
        selection.types = ["*.created"]
        #expect(try sequences(selection) == [1, 4])
        selection = ReplaySelection()
        selection.from = place.now + .seconds(1)
        #expect(try sequences(selection).isEmpty)
        try store.look { store throws in
            #expect(try store.firstEvent(detectedSince: place.now) == 1)
            #expect(try store.lastDeliveries(of: [1, 2, 9], to: endpoint).mapValues(\.id) == [1: 1, 2: 2])
            #expect(try EventMessage(body: store.bodies(ofEvents: [3, 9])[3] ?? [])?.sequence == 3)
        }
    }

    @Test("What is asked of the daemon stays until it ends, as it was asked")
    func requests() throws {
        var selection = ReplaySelection()
        selection.sequences = 2...5
        var replay = ReplayRequest(selection: selection, eventsPerSecond: 2, through: 5)
        let held = HeldThings(deletesHeldSince: place.now, areDeletesBegun: true)
        let letters = DeadLetters(through: 2, diedBy: place.now, givenUpThrough: 3)
        try store.transact { store throws in
            try store.ask(.replay, wish: .replay(replay))
            try store.ask(.dismiss, resource: 1, wish: .held(held))
            try store.ask(.giveUp, endpoint: endpoint, wish: .delivery(2))
            try store.ask(.discard, endpoint: endpoint, wish: .letters(letters))
            try store.askForAPIResumption()
            #expect(try !store.askForResumption(of: "nobody"))
        }
        replay.doneThrough = 3
        try write(.update(request: 1, .replay(replay)))
        let asked = try store.look { try $0.requests(Set(OperatorRequest.Verb.allCases)) }
        #expect(asked.map(\.id) == [1, 2, 3, 4, 5])
        #expect(asked.map(\.verb) == [.replay, .dismiss, .giveUp, .discard, .resumeAPI])
        let wishes: [OperatorRequest.Wish] = [
            .replay(replay), .held(held), .delivery(2), .letters(letters), .nothingElse,
        ]
        #expect(asked.map(\.wish) == wishes)
        #expect(asked[1].resource == 1 && asked[2].endpoint == endpoint)
        #expect(try store.look { try $0.awaitsDismissal(of: 1) })
        #expect(try store.look { try $0.dismissesSuspects(of: 1) })
        try write(.endRequests([2, 5]))
        #expect(try store.look { try $0.requests([.dismiss, .resumeAPI]) }.isEmpty)
    }

    @Test("What is kept of an endpoint and an account comes back as it was")
    func memories() throws {
        let health = EndpointHealth(
            circuit: .closed, disabled: .gone, failures: 3, failingSince: place.now, failingTypes: ["contact.updated"])
        try write(
            .endpoint(endpoint, EndpointChange(lastNumber: 9, health: health, heldUntil: .until(place.now))),
            .instance("abc"))
        let row = try #require(store.look { try $0.endpointRow(named: "default") })
        #expect(row.health == health && row.heldUntil == place.now && row.order == .record)
        #expect(try store.instance() == "abc")
        try write(.endpoint(endpoint, EndpointChange(heldUntil: EndpointChange.Hold.none)))
        #expect(try store.look { try $0.heldUntil(of: endpoint) } == nil)
        #expect(try store.look { try $0.lastNumber(ofEndpoint: endpoint) } == 9)
    }
}
