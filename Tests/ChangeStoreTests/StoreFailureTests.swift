import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("What a failure of the store is called")
struct StoreFailureTests {
    @Test("A lock that another process holds is a lock, at the start and later")
    func locked() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let other = try DatabaseQueue(path: fixture.path)
        let opened = try fixture.open()
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            do {
                try opened.commit([OpenStore.record(1, name: "A")])
                Issue.record("a locked store was written to")
            } catch {
                let failure = try #require(StoreFailure(error))
                #expect(failure.trouble == .locked)
                #expect("\(failure)".contains("another process holds its write lock"))
            }
            #expect(StoreProblem(DatabaseError(resultCode: .SQLITE_BUSY), path: "x") == .locked(path: "x"))
            try db.execute(sql: "ROLLBACK")
        }
    }

    @Test("A store that is not there is told from one that this user may not see, which says who may")
    func forbidden() throws {
        let forbidden = try #require(StoreProblem(access: EACCES, path: "/a/b"))
        #expect(forbidden.description.contains("may not open") && forbidden.description.contains("ask as root"))
        for code in [ENOENT, ENOTDIR] { #expect(StoreProblem(access: code, path: "x") == .missing(path: "x")) }
        #expect(StoreProblem(access: 0, path: "x") == nil && StoreProblem(access: EROFS, path: "x") == nil)
        #expect(!StoreProblem.missing(path: "x").description.contains("may not"))
        let fixture = try StoreFixture()
        #expect(throws: StoreProblem.missing(path: fixture.path)) {
            try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: true)
        }
    }

    @Test("Damaged pages are called damaged, with the way to a copy, and nothing is said of room")
    func damaged() throws {
        let fixture = try StoreFixture()
        do {
            let opened = try fixture.open()
            try opened.commit((1...500).map { OpenStore.record($0, name: "A") })
            opened.store.store.finish()
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: fixture.path))
        let size = try file.seekToEnd()
        // All but the first pages, which say what tables there are.
        try file.seek(toOffset: size / 2)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size / 2)))
        try file.close()
        do {
            let opened = try fixture.open()
            try opened.commit((1...500).map { OpenStore.record($0, name: "B") })
            Issue.record("a damaged store was written to")
        } catch {
            let failure = try #require(StoreFailure(error))
            #expect(failure.trouble == .damaged)
            for words in ["\(failure)", StoreProblem(error, path: "x").description] {
                #expect(words.contains("docs/operating.md"))
                #expect(!words.contains("room"))
            }
        }
    }

    @Test("A full disk is called full, and damage is not")
    func full() throws {
        let full = StoreProblem(DatabaseError(resultCode: .SQLITE_FULL), path: "x").description
        #expect(full.contains("no room"))
        for code in [ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY] {
            let words = StoreProblem(DatabaseError(resultCode: code), path: "x").description
            #expect(!words.contains("room"), "\(words)")
        }
    }
}
