import ChangeFeed
import EventStore
import StagedStores
import Foundation
import Testing

@testable import ChangeStore

@Suite("One writer to a store")
struct StoreLockTests {
    /// Another process that holds the system's lock on a file, as a daemon does; it lets go when it is deallocated.
    private final class OtherHolder {
        let descriptor: CInt

        init(of path: String) {
            // A description of its own, which is what the lock belongs to.
            descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
            flock(descriptor, LOCK_EX | LOCK_NB)
        }

        deinit { close(descriptor) }
    }

    private func another(_ name: String, of fixture: StoreFixture) -> String {
        fixture.directory.appendingPathComponent(name).path
    }

    @Test("A link of either kind is no way around the lock")
    func links() throws {
        let fixture = try StoreFixture()
        let first = try fixture.open()
        try FileManager.default.createSymbolicLink(
            atPath: another("symbolic", of: fixture), withDestinationPath: fixture.path)
        try FileManager.default.linkItem(atPath: fixture.path, toPath: another("hard", of: fixture))
        for name in ["symbolic", "hard"] {
            let path = another(name, of: fixture)
            #expect(throws: StoreProblem.inUse(path: path)) { try ChangeStore(path: path) }
        }
        try first.commit([OpenStore.record(1, name: "A")])
    }

    @Test("It is the file that is locked, and not only a name beside it")
    func otherProcess() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let holder = OtherHolder(of: fixture.path)
        #expect(throws: StoreProblem.inUse(path: fixture.path)) { try ChangeStore(path: fixture.path) }
        withExtendedLifetime(holder) {}
    }

    @Test("A name stays taken while its file is another")
    func replacedName() throws {
        let fixture = try StoreFixture()
        let first = try fixture.open()
        try FileManager.default.removeItem(atPath: fixture.path)
        #expect(throws: StoreProblem.inUse(path: fixture.path)) { try ChangeStore(path: fixture.path) }
        withExtendedLifetime(first) {}
    }

    @Test("A refused opening leaves SQLite's own locks of the first as they are")
    func innerLocks() throws {
        let fixture = try StoreFixture()
        let first = try fixture.open()
        try first.commit([OpenStore.record(1, name: "A")])
        _ = try? ChangeStore(path: fixture.path)
        // Were they gone, another process that closes the file would take itself for the last and remove the journal.
        let inode = try #require(FileIdentity(at: fixture.path)).inode
        #expect(try Self.locks().contains { $0.contains("POSIX") && $0.contains(":\(inode) ") })
        withExtendedLifetime(first) {}
    }

    /// All that are held in the system, a line each. They come a page at a time, and Foundation takes the first page of such
    /// a file for all of it.
    private static func locks() throws -> [Substring] {
        let file = try #require(fopen("/proc/locks", "r"))
        defer { fclose(file) }
        var (text, page) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
        while case let count = fread(&page, 1, page.count, file), count > 0 { text += page[..<count] }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }

    @Test("Whether a daemon has a store open is seen by who only looks, through a link as well, until it lets go")
    func sign() throws {
        let fixture = try StoreFixture()
        try fixture.open().store.store.finish()
        try FileManager.default.createSymbolicLink(
            atPath: another("symbolic", of: fixture), withDestinationPath: fixture.path)
        let visitors = try [fixture.path, another("symbolic", of: fixture)].map {
            try SQLiteVisitor(path: $0, account: "default", isReadOnly: true)
        }
        #expect(visitors.map(\.hasDaemon) == [false, false])
        let daemon = try fixture.open()
        #expect(visitors.map(\.hasDaemon) == [true, true])
        // To look takes nothing away.
        #expect(visitors.map(\.hasDaemon) == [true, true])
        withExtendedLifetime(daemon) {}
        _ = consume daemon
        #expect(visitors.map(\.hasDaemon) == [false, false])
        try FileManager.default.removeItem(atPath: fixture.path + ".lock")
        #expect(visitors[0].hasDaemon == false)
    }

    @Test("A file that was made just now is new, one with a store in it is not")
    func isNew() throws {
        let fixture = try StoreFixture()
        #expect(try fixture.open().store.store.isNew)
        #expect(try !fixture.open().store.store.isNew)
    }
}
