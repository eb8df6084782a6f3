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
        #expect(try ask() == .requested(letters: 5))
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
        #expect(try ask() == .requested(letters: 1))
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
}
