// A store of an earlier version, as it is taken up by this one.

import ChangeFeed
import GRDB
import StagedStores
import Synchronization
import Testing

@testable import ChangeStore

@Suite("An upgrade of the store")
struct UpgradeTests {
    @Test("does not look through every row for dangling keys, once for each version")
    func foreignKeys() throws {
        let fixture = try StoreFixture()
        let statements = Statements()
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA foreign_keys = ON")
            db.trace { event in statements.texts.withLock { $0.append("\(event)") } }
        }
        let queue = try DatabaseQueue(path: fixture.path, configuration: configuration)
        try Schema.migrator.migrate(queue)
        let texts = statements.texts.withLock { $0 }
        #expect(texts.contains { $0.contains("CREATE TABLE delivery") })
        #expect(!texts.contains { $0.contains("foreign_key_check") })
    }

    /// Of what is open: the type under which it waits.
    private func types(_ opened: OpenStore) throws -> [String] {
        try opened.store.store.pool.read { db in
            try String.fetchAll(
                db, sql: "SELECT event_type FROM delivery WHERE state IN ('pending', 'waiting') ORDER BY id")
        }
    }

    @Test("What waited before an upgrade is sent after it")
    func typesApart() throws {
        let fixture = try StoreFixture()
        do {
            let opened = try fixture.open(rules: EndpointRules(coalesces: true))
            for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
            try opened.commit([OpenStore.record(2, name: "A")])
            // As it was before each type had its place.
            try opened.store.store.pool.write { db in
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

private final class Statements: Sendable {
    let texts = Mutex<[String]>([])
}
