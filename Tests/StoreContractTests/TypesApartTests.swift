// What fails of one type keeps nothing of another waiting: each waits in a place of its own.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Each type apart in the queue", .onEveryEngine)
struct TypesApartTests {
    private let fixture: StorePlace

    init() throws { fixture = try StorePlace() }

    @Test("What is folded waits among those of the type that it tells, and so does a replay of it")
    func folded() throws {
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let due = try opened.due()
        #expect(due.map(\.type) == ["contact.created"])
        #expect(try opened.waitingTypes() == ["contact.created"])
        try opened.settle(due[0], as: .dead)
        var deadLetters = ReplaySelection()
        deadLetters.isOfDeadLetters = true
        try AskingForIt(opened.store).requestReplay(of: deadLetters, eventsPerSecond: 10)
        _ = try opened.store.carryOnReplay(to: [opened.endpoint], limit: 100, at: opened.now)
        #expect(try opened.waitingTypes() == ["contact.created"])
        #expect(try opened.due().map(\.type) == ["contact.created"])
    }
}
