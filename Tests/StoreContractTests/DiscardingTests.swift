// Dead letters that somebody lets go of for good.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Discarding dead letters", .onEveryEngine)
struct DiscardingTests {
    let fixture: StorePlace
    let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
    }

    private func ask(_ endpoint: String = "default") throws -> AskToDiscard.Answer {
        try opened.store.transact { try AskToDiscard.run(allTo: endpoint, in: $0) }
    }

    private func kill(_ letters: Int) throws {
        for due in try opened.due(letters) { try opened.settle(due, as: .dead, status: 500) }
    }

    @Test("All that are dead at that moment go, a part at a time; what waits, what dies later and the events stay")
    func all() throws {
        try opened.commit((1...7).map { OpenStore.record($0, name: "A") })
        #expect(try ask("nobody") == .unknownEndpoint)
        #expect(try ask() == .nothingDead)
        try kill(5)
        #expect(try ask() == .requested(letters: 5, andWhatIsGivenUp: false))
        try kill(1)
        let steps = try (0..<4).map { _ in try opened.store.discardWhatWasAsked(limit: 2) }
        #expect(steps.map { $0.letters[opened.endpoint.id] } == [2, 2, 1, nil])
        #expect(steps.map(\.hasMore) == [true, true, false, false])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 1, dead: 1))
        #expect(try opened.store.look { try $0.lastSequence() } == 7)
        var all = ReplaySelection()
        all.sequences = 1...7
        // What is discarded may be sent again, as an event that nobody was told of.
        #expect(
            try AskingForIt(opened.store).replayed(by: all, endpoints: [("default", opened.endpoint.rules)])
                .map(\.events) == [6])
        #expect(try ask() == .requested(letters: 1, andWhatIsGivenUp: false))
        #expect(try opened.store.discardWhatWasAsked(limit: 2).letters == [opened.endpoint.id: 1])
        #expect(try ask() == .nothingDead)
    }

    @Test("The next event of a record goes on as if the discarded one had never been")
    func goesOn() throws {
        try opened.commit([OpenStore.record(1, name: "A")])
        try kill(1)
        _ = try ask()
        _ = try opened.store.discardWhatWasAsked(limit: 2)
        try opened.commit([OpenStore.record(1, name: "B")])
        let next = try #require(try opened.due().first)
        #expect(next.sequence == 2)
        try opened.settle(next, as: .delivered)
        // Its event, which nobody gets any more, goes when it is old enough.
        #expect(try opened.store.pruneUnsentEvents(detectedBefore: opened.now + .seconds(1), limit: 9) == 1)
    }

    @Test("What was made before the last dead letter and dies later is kept, also where it is asked once more")
    func diesLater() throws {
        var opened = opened
        try opened.commit((1...4).map { OpenStore.record($0, name: "A") })
        let due = try opened.due()
        try opened.settle(due[3], as: .dead, status: 422)
        #expect(try ask() == .requested(letters: 1, andWhatIsGivenUp: false))
        opened.now = opened.now + .seconds(1)
        try opened.settle(due[0], as: .dead, status: 422)
        #expect(try opened.store.discardWhatWasAsked(limit: 9).letters == [opened.endpoint.id: 1])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 2, dead: 1))
        #expect(try ask() == .requested(letters: 1, andWhatIsGivenUp: false))
        opened.now = opened.now + .seconds(1)
        try opened.settle(due[1], as: .dead, status: 422)
        // The first of these takes the place of the one before, and the second adds nothing.
        for _ in 1...2 { #expect(try ask() == .requested(letters: 2, andWhatIsGivenUp: false)) }
        #expect(try opened.store.look { try $0.requests([.discard]) }.count == 1)
        opened.now = opened.now + .seconds(1)
        try opened.settle(due[2], as: .dead, status: 422)
        let step = try opened.store.discardWhatWasAsked(limit: 9)
        #expect(step.letters == [opened.endpoint.id: 2] && !step.hasMore)
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 0, dead: 1))
        #expect(try opened.store.look { try $0.requests([.discard]) }.isEmpty)
    }

    @Test("What somebody asked to give up before is discarded when it has died, and nothing that came after it")
    func givenUp() throws {
        var opened = opened
        try opened.commit((1...3).map { OpenStore.record($0, name: "A") })
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 1, at: opened.now)
        #expect(try AskingForIt(opened.store).requestGivingUp(allTo: "default") == .requested(deliveries: 3))
        #expect(try ask() == .requested(letters: 0, andWhatIsGivenUp: true))
        try opened.commit([OpenStore.record(4, name: "A")])
        opened.now = opened.now + .seconds(1)
        func giveUp() throws {
            _ = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        }
        try giveUp()
        #expect(try opened.store.discardWhatWasAsked(limit: 9).letters == [opened.endpoint.id: 2])
        // One is under way; another endpoint's letters need not wait for it.
        let other = OpenStore(
            store: opened.store,
            endpoint: try opened.store.endpoint(
                named: "other", rules: EndpointRules(), longestWait: .hours(32), at: opened.now), now: opened.now)
        try other.commit([OpenStore.record(5, name: "A")])
        for due in try other.due() { try other.settle(due, as: .dead, status: 500) }
        #expect(try ask("other") == .requested(letters: 1, andWhatIsGivenUp: false))
        #expect(try opened.store.discardWhatWasAsked(limit: 9).letters == [other.endpoint.id: 1])
        try opened.settle(claimed[0], as: .retry(at: opened.now + .hours(1)), status: 500)
        try giveUp()
        for due in try opened.due() { try opened.settle(due, as: .dead, status: 500) }
        #expect(try opened.store.discardWhatWasAsked(limit: 9).letters == [opened.endpoint.id: 1])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 0, dead: 1))
        #expect(try opened.store.look { try $0.requests([.discard]) }.isEmpty)
    }
}
