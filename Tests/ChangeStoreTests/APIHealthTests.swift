import ChangeFeed
import EventStore
import GRDB
import StagedStores
import StoredForms
import Testing

@testable import ChangeStore

@Suite("What the API has been like, in the store")
struct APIHealthTests {
    private let text =
        #"{"pause":{"until":7,"cause":"day_used_up"},"rests":{"contacts":{"until":9,"status":403}},"#
        + #""clocks":{"server":2000000,"own":1000000,"ahead_seconds":1},"quota_trouble":"contradicting"}"#

    @Test("is read by stable words, and kept as it was over a restart")
    func kept() throws {
        let fixture = try StoreFixture()
        let health = try #require(StoredAPIHealth.value(in: text))
        #expect(health.pause == APIHealth.Pause(until: Instant(microsecondsSince1970: 7), cause: .dayUsedUp))
        #expect(health.rests["contacts"]?.status == 403)
        #expect(health.clocks?.aheadSeconds == 1)
        #expect(health.quotaTrouble == .contradicting)
        do {
            let opened = try fixture.open()
            var memory = RequestBudget.Memory()
            memory.health = health
            try opened.store.remember(memory)
        }
        let again = try fixture.open()
        #expect(try again.store.budgetMemory().health == health)
    }

    @Test("has a place in a store of the first version, too, which goes on")
    func migration() throws {
        let fixture = try StoreFixture()
        try Schema.migrator.migrate(DatabaseQueue(path: fixture.path), upTo: "1 the first tables")
        let opened = try fixture.open()
        #expect(try opened.store.budgetMemory().health == APIHealth())
    }
}
