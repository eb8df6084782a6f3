// How many statements a page costs: a page is asked about and written as a whole, whatever it holds.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Synchronization
import Testing

@testable import ChangeStore

@Suite("Statements of a transaction")
struct StatementCountTests {
    private final class Count: Sendable {
        let statements = Atomic<Int>(0)
    }

    private func statements(of opened: OpenStore, _ verb: () throws -> Void) throws -> Int {
        let count = Count()
        opened.store.store.pool.writeWithoutTransaction { db in
            db.trace(options: .statement) { _ in count.statements.add(1, ordering: .relaxed) }
        }
        try verb()
        opened.store.store.pool.writeWithoutTransaction { $0.trace() }
        return count.statements.load(ordering: .relaxed)
    }

    @Test("500 new records with an event and a delivery each take less than a hundred, and so does their change")
    func page() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        for name in ["A", "B"] {
            let records = (1...500).map {
                OpenStore.record($0, name: name, updated: "2026-11-23 1\(name == "A" ? 0 : 1):00:00")
            }
            let taken = try statements(of: opened) {
                let events = try opened.commit(records).events
                #expect(events == 500)
            }
            #expect(taken < 100, "\(taken) statements")
        }
        #expect(try opened.store.queueDepth(of: opened.endpoint).open == 1_000)
    }

    @Test("So does what takes the place of 500 that wait")
    func coalescing() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        for hour in 10...13 {
            let records = (1...500).map {
                OpenStore.record($0, name: "\(hour)", updated: "2026-11-23 \(hour):00:00")
            }
            let taken = try statements(of: opened) { try opened.commit(records) }
            #expect(taken < 140, "\(taken) statements")
        }
        #expect(try opened.store.queueDepth(of: opened.endpoint).open == 500)
    }

    @Test("Retries that are recorded together, each due at another time, take few statements")
    func retries() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.commit((1...128).map { OpenStore.record($0, name: "A") })
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 128, at: opened.now)
        let reports = claimed.enumerated().map { place, delivery in
            AttemptReport(
                deliveryID: delivery.id, number: 1, startedAt: opened.now,
                outcome: AttemptOutcome(verdict: .answered(status: 503), duration: .milliseconds(3)),
                disposition: .retry(at: opened.now + .seconds(place)))
        }
        let taken = try statements(of: opened) {
            try opened.store.settle(reports, of: opened.endpoint, holdUntil: nil, at: opened.now)
        }
        #expect(claimed.count == 128 && taken < 16, "\(taken) statements")
        #expect(try opened.due(at: opened.now + .seconds(9.5)).count == 10)
    }

    @Test("Outcomes that are recorded together take as many statements for a hundred deliveries as for two")
    func outcomes() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.commit((1...128).map { OpenStore.record($0, name: "A") })
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 128, at: opened.now)
        let reports = claimed.map {
            AttemptReport(
                deliveryID: $0.id, number: 1, startedAt: opened.now,
                outcome: AttemptOutcome(verdict: .answered(status: 200), duration: .milliseconds(3)),
                disposition: .delivered)
        }
        let taken = try statements(of: opened) {
            try opened.store.settle(reports, of: opened.endpoint, holdUntil: nil, at: opened.now)
        }
        #expect(claimed.count == 128 && taken < 12, "\(taken) statements")
    }
}
