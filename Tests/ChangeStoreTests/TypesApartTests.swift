import ChangeFeed
import EventStore
import StagedStores
import GRDB
import Testing

@testable import ChangeStore

@Suite("Each type apart in the queue")
struct TypesApartTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// Of what is open: the type under which it waits.
    private func types(_ opened: OpenStore) throws -> [String] {
        try opened.store.pool.read { db in
            try String.fetchAll(
                db, sql: "SELECT event_type FROM delivery WHERE state IN ('pending', 'waiting') ORDER BY id")
        }
    }

    @Test("What is folded waits among those of the type that it tells, and so does a replay of it")
    func folded() throws {
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        let due = try opened.due()
        #expect(due.map(\.type) == ["contact.created"])
        #expect(try types(opened) == ["contact.created"])
        try opened.settle(due[0], as: .dead)
        let visitor = try StoreVisitor(path: fixture.path, isReadOnly: false)
        var deadLetters = ReplaySelection()
        deadLetters.isOfDeadLetters = true
        try visitor.requestReplay(of: deadLetters, eventsPerSecond: 10)
        _ = try opened.store.carryOnReplay(to: [opened.endpoint], limit: 100, at: opened.now)
        #expect(try types(opened) == ["contact.created"])
        #expect(try opened.due().map(\.type) == ["contact.created"])
    }

    @Test("What waited before an upgrade is sent after it")
    func upgraded() throws {
        do {
            let opened = try fixture.open(rules: EndpointRules(coalesces: true))
            for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
            try opened.commit([OpenStore.record(2, name: "A")])
            // As it was before each type had its place.
            try opened.store.pool.write { db in
                try db.execute(
                    sql: """
                        DROP INDEX delivery_new; DROP INDEX delivery_failed;
                        ALTER TABLE delivery DROP COLUMN event_type;
                        CREATE INDEX delivery_new ON delivery (endpoint_id, is_replay, due_at, id)
                            WHERE state = 'pending' AND attempts = 0;
                        CREATE INDEX delivery_failed ON delivery (endpoint_id, is_replay, due_at, id)
                            WHERE state = 'pending' AND attempts > 0;
                        DELETE FROM grdb_migrations WHERE identifier LIKE '%each type apart in the queue'
                        """)
            }
        }
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        #expect(try types(opened) == ["contact.created", "contact.created"])
        #expect(try opened.due().map(\.sequence) == [2, 3])
    }
}
