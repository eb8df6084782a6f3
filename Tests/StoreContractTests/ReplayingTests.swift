// Events that are sent again: which, in what order, how fast, and what they keep waiting.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Sending events again", .onEveryEngine)
struct ReplayingTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
        // 1 and 2 are delivered, 3 is dead, 4 waits behind nothing.
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        try opened.commit([OpenStore.record(3, name: "A")])
        let due = try opened.due()
        try opened.settle(due[0], as: .delivered)
        try opened.settle(due[1], as: .delivered)
        try opened.settle(due[2], as: .dead, status: 500)
        try opened.commit([OpenStore.record(4, name: "A")])
    }

    private var visitor: AskingForIt { AskingForIt(opened.store) }

    /// Asks for a replay and carries all of it out.
    @discardableResult
    private func replay(rate: Double = 1000, limit: Int = 100, _ adjust: (inout ReplaySelection) -> Void) throws -> Int
    {
        var selection = ReplaySelection()
        adjust(&selection)
        try visitor.requestReplay(of: selection, eventsPerSecond: rate)
        var count = 0
        while case .carriedOn(let request, _)? =
            try opened.store.carryOnReplay(to: [opened.endpoint], limit: limit, at: opened.now)
        {
            count = request.count
        }
        return count
    }

    private func count(_ adjust: (inout ReplaySelection) -> Void) throws -> Int {
        var selection = ReplaySelection()
        adjust(&selection)
        return try visitor.replayed(by: selection, endpoints: [("default", EndpointRules())]).map(\.events).reduce(
            0, +)
    }

    /// Everything that is due, though of replays only one is handed out at a time.
    private func due(after time: Duration = .zero) throws -> [DueDelivery] {
        try opened.pending(of: opened.endpoint, by: opened.now + time)
    }

    private func settle(_ delivery: DueDelivery, as disposition: DeliveryPolicy.Disposition) throws {
        try opened.settle(delivery, as: disposition, status: disposition == .delivered ? 200 : 500)
    }

    @Test("keeps id, bytes and number, and leaves alone what is on its way")
    func everything() throws {
        let log = try opened.bodies()
        #expect(try count { _ in } == 3)
        #expect(try replay { _ in } == 3)
        let replays = try due(after: .seconds(1)).filter { $0.replaySpacing != nil }
        #expect(replays.map(\.sequence) == [1, 2, 3] && replays.map(\.endpointSequence) == [1, 2, 3])
        #expect(replays.map(\.attempts) == [0, 0, 0])
        #expect(replays.map(\.body) == Array(log.prefix(3)))
        #expect(try due(after: .seconds(1)).filter { $0.replaySpacing == nil }.map(\.sequence) == [4])
        // What is on its way again is not sent a third time.
        #expect(try count { _ in } == 0)
        #expect(try replay { _ in } == 0)
    }

    @Test("sends dead letters, which are dead no more, and counts those that die again")
    func dead() throws {
        #expect(try count { $0.isOfDeadLetters = true } == 1)
        try replay { $0.isOfDeadLetters = true }
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 2, dead: 0))
        let again = try #require(try due().first { $0.replaySpacing != nil })
        #expect(again.sequence == 3)
        try settle(again, as: .dead)
        #expect(try opened.store.queueDepth(of: opened.endpoint).dead == 1)
        #expect(try count { $0.isOfDeadLetters = true } == 1)
    }

    @Test("admits what every condition admits")
    func conditions() throws {
        let ids = try opened.messages().map(\.id)
        #expect(try count { $0.sequences = 2...4 } == 2)
        #expect(try count { $0.eventIDs = [ids[0], ids[1], "evt_none"] } == 2)
        #expect(try count { $0.types = ["contact.created"] } == 3)
        #expect(try count { $0.types = ["*.deleted"] } == 0)
        #expect(try count { $0.from = opened.now } == 3)
        #expect(try count { $0.until = opened.now } == 0)
        #expect(try count { $0.endpoint = "other" } == 0)
        #expect(
            try count {
                $0.sequences = 1...1; $0.isOfDeadLetters = true
            } == 0)
    }

    @Test("carries the rate that was asked for, and goes on where a daemon that stopped had come to")
    func rate() throws {
        try replay(rate: 0.5, limit: 1) { _ in }
        let live = try #require(try due().first { $0.replaySpacing == nil })
        try settle(live, as: .delivered)
        #expect(try due().map(\.sequence) == [1, 2, 3])
        let next = try opened.store.claim(of: opened.endpoint, limit: 4, at: opened.now)
        #expect(next.map(\.replaySpacing) == [.seconds(2)])
        opened.store.putBack(next.map(\.id))
        #expect(try opened.store.claim(of: opened.endpoint, limit: 4, admittingReplays: false, at: opened.now).isEmpty)
        let opens = opened.now + .seconds(9)
        #expect(try opened.store.nextDue(of: opened.endpoint, replaysOpen: opens) == opens)
    }

    @Test("keeps the order of a record among replays, at their pace, and holds up nothing new")
    func order() throws {
        let live = try #require(try due().first)
        try settle(live, as: .delivered)
        for name in ["B", "C"] {
            try opened.commit([OpenStore.record(1, name: name)])
            try settle(try #require(try due().first), as: .delivered)
        }
        try replay(rate: 0.1) { $0.sequences = 5...6 }
        try opened.commit([OpenStore.record(1, name: "D")])
        let due = try due()
        #expect(due.map(\.sequence) == [5, 7])
        try settle(due[0], as: .delivered)
        #expect(try self.due().map(\.sequence) == [6, 7])
    }

    @Test("goes in the order of the log, however many events are of one record")
    func logOrder() throws {
        try opened.settle(try #require(try opened.due().first), as: .delivered)
        try opened.commit([OpenStore.record(1, name: "B")])
        try opened.commit([OpenStore.record(1, name: "C"), OpenStore.record(5, name: "A")])
        for _ in 1...2 { for due in try opened.due() { try opened.settle(due, as: .delivered) } }
        try replay { _ in }
        var sent: [Int] = []
        while let due = try opened.store.claim(of: opened.endpoint, limit: 4, at: opened.now + .minutes(1)).first {
            sent.append(due.sequence)
            try opened.settle(due, as: .delivered, at: opened.now + .seconds(sent.count))
        }
        #expect(sent == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test("goes one at a time, after what is new, and lets others pass where one is not accepted")
    func oneAtATime() throws {
        try replay { _ in }
        func claim() throws -> [Int] {
            try opened.store.claim(of: opened.endpoint, limit: 4, at: opened.now + .seconds(1)).map(\.sequence)
        }
        #expect(try claim() == [4, 1])
        #expect(try claim().isEmpty)
        #expect(try opened.store.nextDue(of: opened.endpoint) == nil)
        let first = try #require(try due().first { $0.sequence == 1 })
        try settle(first, as: .retry(at: opened.now + .hours(1)))
        #expect(try claim() == [2])
    }

    @Test("sends an endpoint what its filter admits now, under new numbers, where it never got it")
    func newEndpoint() throws {
        let pattern = try #require(EventTypePattern("contact.*"))
        let late = try opened.store.endpoint(
            named: "late", rules: EndpointRules(filter: EventFilter(types: [pattern])), longestWait: .hours(1),
            at: opened.now)
        var selection = ReplaySelection()
        selection.endpoint = "late"
        #expect(
            try visitor.replayed(by: selection, endpoints: [("default", EndpointRules()), ("late", late.rules)])
                .map(\.events) == [4])
        try visitor.requestReplay(of: selection, eventsPerSecond: 1000)
        _ = try opened.store.carryOnReplay(to: [opened.endpoint, late], limit: 100, at: opened.now)
        let sent = try opened.pending(of: late, by: .distantFuture).sorted { $0.id < $1.id }
        #expect(sent.map(\.sequence) == [1, 2, 3, 4] && sent.map(\.endpointSequence) == [1, 2, 3, 4])
        #expect(try opened.due().map(\.sequence) == [4])
    }

    @Test("does not go on to what was detected after it was asked for")
    func bounded() throws {
        try visitor.requestReplay(of: ReplaySelection(), eventsPerSecond: 1000)
        try opened.commit([OpenStore.record(9, name: "A")])
        let live = try #require(try due().first { $0.replaySpacing == nil && $0.sequence == 5 })
        try settle(live, as: .delivered)
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 2, at: opened.now) != nil {}
        #expect(try due(after: .seconds(1)).filter { $0.replaySpacing != nil }.map(\.sequence) == [1, 2, 3])
    }
}
