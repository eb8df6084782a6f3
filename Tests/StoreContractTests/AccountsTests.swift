// What is kept of an account from one start to the next.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("An account of the store", .onEveryEngine)
struct AccountsTests {
    @Test("The account keeps the identity it was first seen with")
    func identity() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        #expect(try opened.store.account(named: "default", identity: "another key").identity == "account-1")
    }

    @Test("Progress, request count and quota are there again after a restart")
    func restart() throws {
        let fixture = try StorePlace()
        let observation = QuotaObservation(limit: 1_000, remaining: 900, observedAt: fixture.now)
        do {
            let opened = try fixture.open()
            let page = try opened.page(
                [], threshold: .since(fixture.now), baseline: .walking(covered: 1_500, last: RecordID("4711")))
            _ = try opened.store.commit(
                page, of: opened.account, to: [opened.endpoint], detectedAt: fixture.now, at: fixture.now)
            for _ in 0..<3 {
                try opened.store.count(
                    APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .sweep), of: opened.account,
                    memory: .init(observation: observation, lastDeparture: fixture.now),
                    at: fixture.now)
            }
        }
        let opened = try fixture.open()
        #expect(
            try opened.store.progress(of: opened.account) == [
                ResourceName("contacts"): ResourceProgress(
                    newsThreshold: .since(fixture.now), cursor: fixture.now, polledAt: fixture.now,
                    baseline: .walking(covered: 1_500, last: RecordID("4711")))
            ])
        let memory = try opened.store.budgetMemory(of: opened.account)
        #expect(memory.ledger.used(at: fixture.now) == 3)
        #expect(memory.observation == observation)
        #expect(memory.lastDeparture == fixture.now)
        let told = RequestBudget.Memory(throttledUntil: fixture.now + .hours(1), lookedAt: fixture.now - .hours(1))
        try opened.store.remember(told, of: opened.account)
        let kept = try opened.store.budgetMemory(of: opened.account)
        #expect(kept.throttledUntil == told.throttledUntil)
        #expect(kept.lookedAt == told.lookedAt)
    }

    @Test("A resumption of the API stays asked for until it is carried out")
    func resumption() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        #expect(try !opened.store.isAPIResumptionRequested(of: opened.account))
        try opened.store.transact { store throws in
            #expect(try !store.askForAPIResumption(of: "another"))
            #expect(try store.askForAPIResumption(of: "default"))
        }
        #expect(try opened.store.isAPIResumptionRequested(of: opened.account))
        try opened.store.resumed(RequestBudget.Memory(), of: opened.account)
        #expect(try !opened.store.isAPIResumptionRequested(of: opened.account))
    }
}
