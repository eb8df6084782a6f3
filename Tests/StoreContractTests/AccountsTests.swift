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
        #expect(opened.store.account.identity == "account-1")
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
                page, to: [opened.endpoint], detectedAt: fixture.now, at: fixture.now)
            for _ in 0..<3 {
                try opened.store.count(
                    APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .sweep),
                    memory: .init(observation: observation, lastDeparture: fixture.now),
                    at: fixture.now)
            }
        }
        let opened = try fixture.open()
        #expect(
            try opened.store.progress() == [
                ResourceName("contacts"): ResourceProgress(
                    newsThreshold: .since(fixture.now), cursor: fixture.now, polledAt: fixture.now,
                    baseline: .walking(covered: 1_500, last: RecordID("4711")))
            ])
        let memory = try opened.store.budgetMemory()
        #expect(memory.ledger.used(at: fixture.now) == 3)
        #expect(memory.observation == observation)
        #expect(memory.lastDeparture == fixture.now)
        let told = RequestBudget.Memory(throttledUntil: fixture.now + .hours(1), lookedAt: fixture.now - .hours(1))
        try opened.store.remember(told)
        let kept = try opened.store.budgetMemory()
        #expect(kept.throttledUntil == told.throttledUntil)
        #expect(kept.lookedAt == told.lookedAt)
    }

    @Test("A resumption of the API stays asked for until it is carried out")
    func resumption() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        #expect(try !opened.store.isAPIResumptionRequested())
        try opened.store.transact { store throws in
            try store.askForAPIResumption()
        }
        #expect(try opened.store.isAPIResumptionRequested())
        try opened.store.resumed(RequestBudget.Memory())
        #expect(try !opened.store.isAPIResumptionRequested())
    }

    @Test("Two accounts have a log, endpoints, resources and requests of their own, whatever these are called")
    func apart() throws {
        let fixture = try StorePlace()
        let stores = try fixture.engines(["default", "other"]).map { try OpenStore($0, at: fixture.now) }
        let (first, second) = (stores[0], stores[1])
        #expect(first.account != second.account)
        try first.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "B")])
        try second.commit([OpenStore.record(1, name: "A")])
        try first.commit([OpenStore.record(3, name: "C")])
        #expect(try first.messages().map(\.sequence) == [1, 2, 3])
        #expect(try second.messages().map(\.sequence) == [1])
        #expect(try second.messages()[0].id != first.messages()[0].id)
        #expect(try first.store.queueDepth(of: first.endpoint).open == 3)
        #expect(try second.store.queueDepth(of: second.endpoint).open == 1)
        let due = try second.store.claim(of: second.endpoint, Admission(total: 9, unlikely: 9), at: fixture.now)
        #expect(due.map(\.sequence) == [1] && due.map(\.endpointSequence) == [1])
        for delivery in due { try second.settle(delivery, as: .delivered) }
        #expect(try first.store.queueDepth(of: first.endpoint).open == 3)
        // What was delivered is let go of the one, and nothing of the other.
        #expect(try first.store.prune(settledBefore: fixture.now + .days(1), limit: 9) == 0)
        #expect(try second.store.prune(settledBefore: fixture.now + .days(1), limit: 9) == 1)
        #expect(try first.messages().count == 3 && second.messages().isEmpty)
        try second.commit([OpenStore.record(4, name: "D")])
        #expect(try second.messages().map(\.sequence) == [2])
        try second.store.transact { store throws in
            #expect(try store.askForResumption(of: "default"))
            #expect(try !store.askForResumption(of: "elsewhere"))
        }
        #expect(try second.store.isResumptionRequested(of: second.endpoint))
        #expect(try first.store.look { try $0.requests([.resume]) }.isEmpty)
    }

    @Test("A delivery of another account is not there to be given up")
    func givenUpByOthers() throws {
        let fixture = try StorePlace()
        let stores = try fixture.engines(["default", "other"]).map { try OpenStore($0, at: fixture.now) }
        try stores[0].commit([OpenStore.record(1, name: "A")])
        let delivery = try #require(try stores[0].due().first).id
        #expect(try stores[1].store.transact { try AskToGiveUp.run(delivery, in: $0) } == .unknownDelivery)
        #expect(try stores[0].store.transact { try AskToGiveUp.run(delivery, in: $0) } == .requested)
    }
}
