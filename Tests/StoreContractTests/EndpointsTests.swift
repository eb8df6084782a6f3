// What is kept of an endpoint from one start to the next, and what a clock that ran ahead has written.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Endpoints of the store", .onEveryEngine)
struct EndpointsTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
    }

    private func target(_ url: String) -> Fingerprint { Fingerprint(of: Array(url.utf8)[...]) }

    private func endpoint(at url: String?) throws -> StoredEndpoint {
        try opened.store.endpoint(
            named: "default", target: url.map(target), longestWait: .hours(32), at: opened.now)
    }

    @Test("Another URL under the same name begins with a fresh health, and with what waited for the old one")
    func anotherURL() throws {
        let first = try endpoint(at: "https://a.example/?token=secret")
        #expect(!first.hasNewTarget)
        try opened.commit([OpenStore.record(1, name: "A")])
        try opened.settle(try #require(try opened.due().first), as: .retry(at: opened.now + .hours(9)), status: 410)
        var health = EndpointHealth()
        health.take(
            AttemptOutcome(verdict: .answered(status: 410), duration: .zero),
            of: DeliveryTraits(id: 1, type: "contact.created"), concurrency: 4, begun: opened.now, at: opened.now)
        try opened.store.settle([], of: first, holdUntil: opened.now + .hours(3), health: health, at: opened.now)
        for url in ["https://a.example/?token=secret", nil] {
            let same = try endpoint(at: url)
            #expect(same.health.disabled == .gone && !same.hasNewTarget && same.heldUntil != nil)
        }
        #expect(try opened.due().isEmpty)
        let other = try endpoint(at: "https://b.example/")
        #expect(other.health == EndpointHealth() && other.hasNewTarget && other.heldUntil == nil)
        #expect(try opened.due().map(\.sequence) == [1])
        #expect(try endpoint(at: "https://b.example/").hasNewTarget == false)
    }

    @Test("A hold that was written under a clock that ran ahead ends after a day, however often the daemon starts")
    func holdAhead() throws {
        try opened.store.settle([], of: opened.endpoint, holdUntil: opened.now + .days(400), at: opened.now)
        func start(after days: Int) throws -> StoredEndpoint {
            try opened.store.endpoint(named: "default", longestWait: .hours(32), at: opened.now + .days(days))
        }
        #expect(try start(after: 0).heldUntil == opened.now + .hours(24))
        let kept = try opened.store.look { try $0.heldUntil(of: opened.endpoint.id) }
        #expect(kept == opened.now + .hours(24))
        #expect(try start(after: 2).heldUntil == opened.now + .hours(24))
    }

    @Test("An open circuit that was written under a clock that ran ahead waits no longer with each start")
    func openAhead() throws {
        let health = EndpointHealth(
            circuit: .open(until: opened.now + .days(400), probes: 4), disabled: nil, failures: 9,
            failingSince: opened.now, failingTypes: [])
        try opened.store.settle([], of: opened.endpoint, holdUntil: nil, health: health, at: opened.now)
        let first = try opened.store.endpoint(named: "default", longestWait: .hours(32), at: opened.now)
        let second = try opened.store.endpoint(named: "default", longestWait: .hours(32), at: opened.now + .hours(1))
        #expect(first.health.closedUntil == opened.now + .seconds(30))
        #expect(second.health == first.health)
    }

    @Test("What a receiver asked for an event holds over a restart, however short the schedule, for a day at most")
    func retryAfter() throws {
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        let due = try opened.due()
        try opened.settle(due[0], as: .retry(at: opened.now + .hours(1)), status: 413)
        try opened.settle(due[1], as: .retry(at: opened.now + .days(9)), status: 413)
        let endpoint = try opened.store.endpoint(named: "default", longestWait: .seconds(6), at: opened.now)
        #expect(try opened.store.nextDue(of: endpoint) == opened.now + .hours(1))
        #expect(try opened.due(at: opened.now + .hours(24)).map(\.id) == [due[0].id, due[1].id])
    }

    @Test("An event that was detected under a clock that ran ahead is due at once, and those of its record after it")
    func detectedAhead() throws {
        let ahead = opened.now + .days(9)
        for name in ["A", "B"] {
            _ = try opened.store.commit(
                try opened.page([OpenStore.record(1, name: name)]), to: [opened.endpoint],
                detectedAt: ahead, at: ahead)
        }
        _ = try opened.store.endpoint(named: "default", longestWait: .hours(32), at: opened.now)
        let first = try #require(try opened.due().first)
        try opened.settle(first, as: .delivered)
        #expect(try opened.due().map(\.sequence) == [2])
    }
}
