// What of a queue is due, and to whom it is handed out.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("The queue", .onEveryEngine)
struct DeliveriesTests {
    @Test("Events of one record are due one after the other; other records do not wait")
    func order() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        try opened.commit([OpenStore.record(1, name: "B")])
        try opened.commit([OpenStore.record(1, name: "C")])
        let first = try opened.due()
        #expect(first.map(\.sequence) == [1, 2])
        try opened.settle(first[0], as: .retry(at: opened.now + .hours(1)), status: 500)
        #expect(try opened.due().map(\.sequence) == [2])
        let retried = try opened.due(at: opened.now + .hours(2))
        #expect(retried.map(\.sequence) == [2, 1])
        try opened.settle(retried[1], as: .delivered)
        #expect(try opened.due().map(\.sequence) == [2, 3])
    }

    @Test("A dead letter is kept and lets the next event of its record pass")
    func deadLetter() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        try opened.settle(try #require(try opened.due().first), as: .dead, status: 500)
        #expect(try opened.due().map(\.sequence) == [2])
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 1, dead: 1))
    }

    @Test("A retry sends the same id and bytes, and counts its attempts")
    func sameBytes() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A")])
        let before = try #require(try opened.due().first)
        try opened.settle(before, as: .retry(at: opened.now), status: 503)
        let after = try #require(try opened.due().first)
        #expect(after.eventID == before.eventID)
        #expect(after.body == before.body)
        #expect(after.attempts == 1)
    }

    @Test("Deliveries in flight are not handed out again, and do not hide the next ones")
    func claims() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.commit((1...5).map { OpenStore.record($0, name: "A") })
        let first = try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now)
        let second = try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now)
        #expect(first.map(\.sequence) == [1, 2])
        #expect(second.map(\.sequence) == [3, 4])
        let next = try opened.store.nextDue(of: opened.endpoint)
        #expect(next == opened.now)
    }

    @Test("What was in flight when the process died is due again, with the number of its endpoint")
    func crash() throws {
        let fixture = try StorePlace()
        do {
            let opened = try fixture.open()
            try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
            _ = try opened.store.claim(of: opened.endpoint, limit: 1, at: opened.now)
        }
        let opened = try fixture.open()
        #expect(try opened.due().map(\.endpointSequence) == [1, 2])
    }

    @Test("A hold that a receiver asked for outlives a restart, and a clock that ran ahead does not")
    func hold() throws {
        let fixture = try StorePlace()
        do {
            let opened = try fixture.open()
            try opened.commit([OpenStore.record(1, name: "A")])
            let due = try #require(try opened.due().first)
            try opened.settle(due, as: .retry(at: opened.now + .days(400)), status: 503)
            try opened.store.settle([], of: opened.endpoint, holdUntil: opened.now + .hours(1), at: opened.now)
        }
        let opened = try fixture.open()
        #expect(opened.endpoint.heldUntil == opened.now + .hours(1))
        #expect(try opened.store.nextDue(of: opened.endpoint) == opened.now + .hours(32))
    }

    @Test("Delivered events go after their retention; undelivered and dead ones stay, and no number is used twice")
    func prune() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.commit((1...3).map { OpenStore.record($0, name: "A") })
        let due = try opened.due()
        try opened.settle(due[0], as: .delivered)
        try opened.settle(due[1], as: .dead, status: 500)
        #expect(try opened.store.prune(settledBefore: opened.now, limit: 100) == 0)
        #expect(try opened.store.prune(settledBefore: opened.now + .seconds(1), limit: 100) == 1)
        #expect(try opened.messages().map(\.sequence) == [2, 3])
        try opened.commit([OpenStore.record(4, name: "A")])
        #expect(try opened.due().map(\.sequence) == [3, 4])
    }

    @Test("What was under way when an endpoint ended may be claimed by the one that begins again")
    func putBackAll() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now)
        #expect(claimed.count == 2)
        #expect(try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now).isEmpty)
        let other = try opened.store.endpoint(named: "other", longestWait: .hours(1), at: opened.now)
        opened.store.putBackAll(of: other)
        #expect(try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now).isEmpty)
        opened.store.putBackAll(of: opened.endpoint)
        #expect(try opened.store.claim(of: opened.endpoint, limit: 2, at: opened.now).map(\.id) == claimed.map(\.id))
    }
}
