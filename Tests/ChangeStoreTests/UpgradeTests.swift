import ChangeFeed
import GRDB
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
}

private final class Statements: Sendable {
    let texts = Mutex<[String]>([])
}
