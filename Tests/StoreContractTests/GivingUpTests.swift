// What somebody gives up: one delivery by its number, or all that waits for an endpoint.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Giving deliveries up", .onEveryEngine)
struct GivingUpTests {
    let fixture: StorePlace
    let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
    }

    @Test("A delivery that somebody gives up is a dead letter, and the next of its record may go")
    func givingUp() throws {
        for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let first = try #require(try opened.due().first)
        try opened.settle(first, as: .retry(at: opened.now + .hours(1)), status: 500)
        let visitor = AskingForIt(opened.store)
        #expect(try visitor.requestGivingUp(of: 99) == .unknownDelivery)
        #expect(try visitor.requestGivingUp(of: first.id + 1) == .waits(behind: first.id))
        #expect(try visitor.requestGivingUp(of: first.id) == .requested)
        #expect(try visitor.requestGivingUp(of: first.id) == .requested)
        let givenUp = try opened.giveUp()
        #expect(givenUp.map(\.id) == [first.id] && givenUp.map(\.attempts) == [1])
        #expect(try opened.due().map(\.sequence) == [2])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 1, dead: 1))
        #expect(try visitor.requestGivingUp(of: first.id) == .settled(.dead))
        #expect(try opened.giveUp().isEmpty)
    }

    @Test("A delivery that is under way is given up only once its attempt has failed")
    func givingUpUnderWay() throws {
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        let visitor = AskingForIt(opened.store)
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now)
        for delivery in claimed { #expect(try visitor.requestGivingUp(of: delivery.id) == .requested) }
        #expect(try opened.giveUp().isEmpty)
        try opened.settle(claimed[0], as: .retry(at: opened.now + .hours(1)), status: 500)
        try opened.settle(claimed[1], as: .delivered)
        let givenUp = try opened.giveUp()
        #expect(givenUp.map(\.id) == [claimed[0].id])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 0, dead: 1))
    }

    @Test(
        "All that waits for an endpoint is given up a part at a time, rows of one record too, and nothing that came later"
    )
    func queue() throws {
        for name in ["A", "B", "C"] { try opened.commit([1, 2].map { OpenStore.record($0, name: name) }) }
        let visitor = AskingForIt(opened.store)
        #expect(try visitor.requestGivingUp(allTo: "nobody") == .unknownEndpoint)
        #expect(try visitor.requestGivingUp(allTo: "default") == .requested(deliveries: 6))
        try opened.commit([OpenStore.record(1, name: "D"), OpenStore.record(3, name: "D")])
        let steps = try (0..<3).map { _ in
            try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 4, at: opened.now)
        }
        #expect(steps.map(\.ofQueue) == [4, 2, 0])
        #expect(steps.map(\.hasMore) == [true, false, false])
        #expect(steps.map(\.queueIsDone) == [false, true, false])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 2, dead: 6))
        #expect(try opened.due().map(\.sequence).sorted() == [7, 8])
        #expect(try visitor.requestGivingUp(allTo: "default") == .requested(deliveries: 2))
        _ = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 4, at: opened.now)
        #expect(try visitor.requestGivingUp(allTo: "default") == .nothingWaits)
    }

    @Test(
        "What changes after somebody asked to give up what waits is not given up with it, and tells of all since",
        arguments: [false, true], [false, true])
    func newsAfterwards(isQueue: Bool, isUnderWay: Bool) throws {
        let fixture = try StorePlace()
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        func commit(_ name: String) throws { try opened.commit([OpenStore.record(1, name: name)]) }
        try commit("A")
        try opened.settle(try #require(try opened.due().first), as: .delivered)
        for name in ["B", "C"] { try commit(name) }
        let waiting = try #require(try opened.due().first)
        let visitor = AskingForIt(opened.store)
        if isQueue {
            #expect(try visitor.requestGivingUp(allTo: "default") == .requested(deliveries: 1))
        } else {
            #expect(try visitor.requestGivingUp(of: waiting.id) == .requested)
        }
        if isUnderWay { _ = try opened.store.claim(of: opened.endpoint, limit: 1, at: opened.now) }
        for name in ["D", "E"] { try commit(name) }
        if isUnderWay { try opened.settle(waiting, as: .retry(at: opened.now), status: 500) }
        _ = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        let left = try opened.due()
        #expect(left.map(\.sequence) == [5])
        let told = EventMessage(body: try #require(left.first).body)
        #expect(told?.change.changes?.map { $0.from?.decodedString } == ["A"])
        #expect(told?.change.changes?.map { $0.to?.decodedString } == ["E"])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 1, dead: 1))
    }

    @Test("Of a queue, what is under way is given up once its attempt has failed, and what waits behind it after it")
    func queueUnderWay() throws {
        for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 1, at: opened.now)
        let visitor = AskingForIt(opened.store)
        #expect(try visitor.requestGivingUp(allTo: "default") == .requested(deliveries: 2))
        #expect(try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now) == GivenUp())
        try opened.settle(claimed[0], as: .retry(at: opened.now + .hours(1)), status: 500)
        let step = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        #expect(step.ofQueue == 2 && step.queueIsDone)
    }

    @Test("What waits for an endpoint that is not configured any more is given up as well", arguments: [false, true])
    func unconfigured(coalesces: Bool) throws {
        let old = OpenStore(
            store: opened.store,
            endpoint: try opened.store.endpoint(
                named: "old", rules: EndpointRules(coalesces: coalesces), longestWait: .hours(32), at: opened.now),
            now: opened.now)
        try old.commit([OpenStore.record(1, name: "A")])
        let first = try #require(try old.due().first)
        // Under way, it takes no news in, and the next event waits behind it.
        _ = try old.store.claim(of: old.endpoint, limit: 1, at: old.now)
        try old.commit([OpenStore.record(1, name: "B")])
        old.store.putBack([first.id])
        let visitor = AskingForIt(opened.store)
        #expect(try opened.store.endpointsToGiveUp(besides: []).isEmpty)
        #expect(try visitor.requestGivingUp(of: first.id) == .requested)
        #expect(try opened.store.endpointsToGiveUp(besides: [old.endpoint]).isEmpty)
        let endpoint = try #require(try opened.store.endpointsToGiveUp(besides: []).first)
        #expect(endpoint.name == "old" && endpoint.rules.coalesces == coalesces)
        let step = try opened.store.giveUpWhatWasAsked(of: endpoint, limit: 9, at: opened.now)
        #expect(step.deliveries.map(\.id) == [first.id])
        #expect(try visitor.requestGivingUp(allTo: "old") == .requested(deliveries: 1))
        _ = try opened.store.giveUpWhatWasAsked(of: endpoint, limit: 9, at: opened.now)
        #expect(try opened.store.queueDepth(of: old.endpoint) == QueueDepth(open: 0, dead: 2))
    }
}

extension OpenStore {
    /// What was asked for by its number.
    fileprivate func giveUp() throws -> [DueDelivery] {
        try store.giveUpWhatWasAsked(of: endpoint, limit: 100, at: now).deliveries
    }
}
