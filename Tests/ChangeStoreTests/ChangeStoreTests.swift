import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("Opening the store")
struct ChangeStoreTests {
    @Test("Every commit is synced to disk: the writer runs with synchronous=FULL, in WAL mode")
    func durability() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        let (synchronous, journal) = try opened.store.store.pool.writeWithoutTransaction { db in
            (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
        }
        #expect(synchronous == 2)
        #expect(journal == "wal")
    }

    @Test("A second process on a store is told so")
    func secondWriter() throws {
        let fixture = try StoreFixture()
        let first = try fixture.open()
        #expect(throws: StoreProblem.inUse(path: fixture.path)) { try ChangeStore(path: fixture.path) }
        withExtendedLifetime(first) {}
    }

    @Test("The lock goes with its holder")
    func lockIsReleased() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        _ = try fixture.open()
    }

    @Test("The lock goes with its holder even where another process shares its descriptor")
    func lockIsReleasedForAll() throws {
        let fixture = try StoreFixture()
        var shared: CInt = -1
        do {
            let lock = try StoreLock(on: fixture.path)
            shared = dup(lock.descriptor)
        }
        defer { close(shared) }
        _ = try fixture.open()
    }

    @Test("A file that is no database is reported with its path and what to check")
    func unusable() throws {
        let fixture = try StoreFixture()
        try Array("this is no database, and long enough to be looked at".utf8).stored.write(
            to: fixture.directory.appendingPathComponent("state.sqlite3"))
        do {
            _ = try ChangeStore(path: fixture.path)
            Issue.record("a text file passed for a store")
        } catch {
            let words = error.description
            #expect(words.contains("\(fixture.path) cannot be used") && words.contains("with store.path"))
        }
    }

    @Test("The database of another program is left alone")
    func foreign() throws {
        let fixture = try StoreFixture()
        do {
            let other = try DatabaseQueue(path: fixture.path)
            try other.write { try $0.execute(sql: "CREATE TABLE account (id INTEGER PRIMARY KEY)") }
        }
        #expect(throws: StoreProblem.foreign(path: fixture.path)) { try ChangeStore(path: fixture.path) }
    }

    @Test("Its files are readable by their owner only")
    func permissions() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A")])
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path)
        #expect(names.count == 4)
        for name in names {
            let path = fixture.directory.appendingPathComponent(name).path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test("A store of a later version is left alone")
    func laterVersion() throws {
        let fixture = try StoreFixture()
        do {
            let opened = try fixture.open()
            try opened.store.store.pool.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 of the future')")
            }
        }
        #expect(throws: StoreProblem.fromLaterVersion(path: fixture.path)) { try ChangeStore(path: fixture.path) }
    }
}
