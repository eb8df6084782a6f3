// A copy of the store: whole, its owner's alone, and in nobody's place.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import EventStore
import Foundation
import Operations
import StagedStores
import Synchronization
import Testing

@Suite("Backup")
struct BackupTests {
    private let staged: StagedStore<AccountStore>
    private let scope: OperationScope
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/copy.sqlite3" }

    init() throws {
        directory = try TemporaryDirectory()
        let store = directory.path + "/state.sqlite3"
        let now = Instant(secondsSince1970: 1_795_536_000)
        staged = try StagedStore(try ChangeStore(path: store).account(named: "default", identity: "account-1"), at: now)
        try staged.commit((1...400).map { StagedStore<AccountStore>.record($0, name: "A\($0)") })
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array("{}".utf8), secrets: nothing).outcome.get()
        scope = OperationScope(
            store: try SQLiteVisitor(path: store, account: "default", isReadOnly: true),
            account: settings.accounts[0], at: now)
    }

    private func problem(of backup: Backup) -> OperationProblem? {
        do {
            _ = try scope.ask(backup)
            return nil
        } catch { return error }
    }

    private var left: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []).filter { $0.contains("copy") }
    }

    @Test("It holds what the store held, for its owner only, and is a store to go on with")
    func holds() throws {
        let report = try scope.ask(Backup(to: path))
        #expect(report.file == path && report.lastSequence == 400 && report.accounts == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int == report.bytes)
        #expect(left == ["copy.sqlite3"])
        try staged.commit([StagedStore<AccountStore>.record(401, name: "later")])
        let copy = try StagedStore(
            try ChangeStore(path: path).account(named: "default", identity: "account-1"), at: staged.now)
        #expect(try copy.due(1000).count == 400)
        try copy.commit([StagedStore<AccountStore>.record(401, name: "later")])
        let log = try SQLiteVisitor(path: path, account: "default", isReadOnly: true).events(after: 399, limit: 9)
        #expect(log.events.map(\.sequence) == [400, 401])
    }

    @Test("Where the configuration names accounts, it says of each where its log ends")
    func accounts() throws {
        _ = try staged.store.store.account(named: "acme", identity: "account-2")
        let report = try scope.ask(Backup(to: path, namesAccounts: true))
        #expect(report.lastSequence == nil)
        #expect(report.accounts?.map { "\($0.account) \($0.lastSequence)" } == ["acme 0", "default 400"])
    }

    @Test("A file that is there is left as it is, unless it is to be replaced")
    func existing() throws {
        try "mine".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(problem(of: Backup(to: path)) == .fileExists(path))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        #expect(problem(of: Backup(to: path, isReplacing: true)) == nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).starts(with: "SQLite format 3".utf8))
        #expect(left == ["copy.sqlite3"])
    }

    @Test("It never takes the place of a store that is used, nor lies beside the journal of another")
    func inUse() throws {
        for file in ["", "-wal", ".lock"] {
            guard case .invalid(let lines)? = problem(of: Backup(to: scope.store.place + file, isReplacing: true))
            else {
                Issue.record("the store's \(file) was replaced")
                continue
            }
            #expect(lines[0].contains("in use"))
        }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: scope.store.place)
        #expect(problem(of: Backup(to: path, isReplacing: true)) != nil)
        let other = try ChangeStore(path: directory.path + "/other.sqlite3")
        withExtendedLifetime(other) {
            guard case .invalid? = problem(of: Backup(to: directory.path + "/other.sqlite3", isReplacing: true)) else {
                Issue.record("a store that another daemon uses was replaced")
                return
            }
        }
        try "journal".write(toFile: directory.path + "/new.sqlite3-wal", atomically: false, encoding: .utf8)
        guard case .notWritten(_, let reason)? = problem(of: Backup(to: directory.path + "/new.sqlite3")) else {
            Issue.record("it was put beside a journal")
            return
        }
        #expect(reason.contains("new.sqlite3-wal"))
    }

    @Test("Nothing is left of one that was stopped, or has no room")
    func stopped() throws {
        #expect(problem(of: Backup(to: path) { $0 != .checking }) == .stopped)
        #expect(left == [])
        // What comes while it is looked through is heeded before it gets its name.
        let looks = Mutex(0)
        let stops = Backup(to: path) { progress in
            guard progress == .checking else { return true }
            return looks.withLock { count in
                count += 1
                return count < 2
            }
        }
        #expect(problem(of: stops) == .stopped)
        #expect(left == [])
        guard case .notWritten? = problem(of: Backup(to: directory.path + "/nowhere/copy.sqlite3")) else {
            Issue.record("it was written into a directory that is not there")
            return
        }
    }

    @Test("What a killed one has left is removed by the next to the same place, and nothing else")
    func leftovers() throws {
        let unfinished = ".copy.sqlite3.backup-"
        let names = ["\(unfinished)a1B2c3", "\(unfinished)dddddd", ".copy.sqlite3.sqlite", ".copy.backup-a1B2c3"]
        for name in names + [names[0] + "-journal"] {
            try "begun".write(toFile: directory.path + "/" + name, atomically: false, encoding: .utf8)
        }
        let held = open(directory.path + "/" + names[1], O_RDONLY)
        defer { close(held) }
        #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
        _ = try scope.ask(
            Backup(to: path) { _ in
                // One of these is its own.
                #expect(left.count { $0.hasPrefix(unfinished) && !$0.hasSuffix("-journal") } == 2)
                return true
            })
        #expect(Set(left) == Set(names.dropFirst() + ["copy.sqlite3"]))
    }

    @Test("Its progress goes on to the size of the store, and then it is looked through")
    func progress() throws {
        for round in 0..<40 {
            try staged.commit(
                (1...500).map {
                    StagedStore<AccountStore>.record(1000 + round * 500 + $0, name: "\(round)-\($0 * 7919)")
                })
        }
        let seen = Mutex<[CopyProgress]>([])
        _ = try scope.ask(
            Backup(to: path) { progress in
                seen.withLock { $0.append(progress) }
                return true
            })
        let told = seen.withLock { $0 }
        // While it is looked through, too: that takes as long as the copying.
        #expect(told.last == .checking && told.count { $0 == .checking } > 2 && told.count > 4, "\(told)")
        var before = 0
        for case .copying(let bytes, let whole) in told {
            #expect(bytes >= before && whole > 1_000_000)
            before = bytes
        }
        // Told at the first step of the copying as well, it stops there.
        #expect(problem(of: Backup(to: path, isReplacing: true) { _ in false }) == .stopped)
        #expect(left == ["copy.sqlite3"])
    }
}
