import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("A store that vanishes under its daemon")
struct StoreWatchingTests {
    private func loss(of opened: OpenStore) -> StoreLoss? {
        do throws(StoreProblem) {
            try opened.store.store.requireSameStore()
            return nil
        } catch {
            return StoreLoss.allCases.first { error == .lost(path: opened.store.store.path, $0) }
        }
    }

    @Test("Pages that come, and a journal that is written back, are no loss")
    func work() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        for name in ["A", "B", "C"] {
            try opened.commit((1...200).map { OpenStore.record($0, name: name) })
            #expect(loss(of: opened) == nil)
            _ = try opened.store.store.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            #expect(loss(of: opened) == nil)
        }
    }

    @Test("A store that somebody reads while it is opened is watched once the mark has reached the file")
    func readWhileOpened() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let reader = try DatabaseQueue(path: fixture.path)
        try reader.inDatabase { db in
            try db.execute(sql: "BEGIN; SELECT * FROM account")
            let opened = try fixture.open()
            #expect(loss(of: opened) == nil)
            try db.execute(sql: "COMMIT")
            _ = try opened.store.store.pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
            #expect(loss(of: opened) == nil)
            truncate(fixture.path, 0)
            #expect(loss(of: opened) == .emptied)
        }
    }

    @Test("Deleted, renamed, replaced, emptied, overwritten: each is noticed, and stays so")
    func losses() throws {
        let harm: [(StoreLoss, (StoreFixture, _ copy: String) throws -> Void)] = [
            (.deleted, { fixture, _ in try FileManager.default.removeItem(atPath: fixture.path) }),
            (
                .deleted,
                { fixture, _ in try FileManager.default.moveItem(atPath: fixture.path, toPath: fixture.path + ".old") }
            ),
            (.replaced, { fixture, copy in #expect(rename(copy, fixture.path) == 0) }),
            (.emptied, { fixture, _ in #expect(truncate(fixture.path, 0) == 0) }),
            (
                .overwritten,
                { fixture, copy in
                    // As `cp` does: into the file that is there.
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
                    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
                    try file.write(contentsOf: bytes)
                    try file.close()
                }
            ),
            (.journalGone, { fixture, _ in try FileManager.default.removeItem(atPath: fixture.path + "-wal") }),
        ]
        for (expected, harm) in harm {
            let fixture = try StoreFixture()
            try fixture.open().store.store.finish()
            let copy = fixture.path + ".copy"
            try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
            let opened = try fixture.open()
            try opened.commit([OpenStore.record(1, name: "A")])
            try harm(fixture, copy)
            #expect(loss(of: opened) == expected)
            #expect(loss(of: opened) == expected)
        }
    }

    @Test("What took its place is not written on, not even at the end")
    func leftAlone() throws {
        let fixture = try StoreFixture()
        try fixture.open().store.store.finish()
        let copy = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        let opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A")])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
        try file.write(contentsOf: copy)
        try file.close()
        opened.store.store.finish()
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)).prefix(copy.count) == copy)
        #expect(FileManager.default.fileExists(atPath: fixture.path + "-wal"))
    }
}
