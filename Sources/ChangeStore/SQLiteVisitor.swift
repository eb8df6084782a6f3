// A store that is opened beside its daemon.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms

/// An account in the file of a daemon, by a connection of its own.
package struct SQLiteVisitor: StoreVisitor {
    let path: String
    let account: String
    private let queue: DatabaseQueue
    private let packing = Packing()

    /// - Parameters:
    ///   - account: its name. One that no daemon has used yet has nothing in the store.
    ///   - isReadOnly: what only looks cannot disturb.
    package init(path: String, account: String, isReadOnly: Bool) throws(StoreProblem) {
        self.path = path
        self.account = account
        // Opened to write, SQLite would make the file.
        let access = access(path, isReadOnly ? R_OK : R_OK | W_OK) == 0 ? 0 : errno
        if let problem = StoreProblem(access: access, path: path) { throw problem }
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = isReadOnly
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { [packing] db in packing.addFunctions(to: db) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read(Schema.isOurs) else { throw StoreProblem.foreign(path: path) }
            guard try queue.read({ try Schema.migrator.hasCompletedMigrations($0) }) else {
                throw StoreProblem.unusable(path: path, reason: "another version of the program wrote it last")
            }
            if let source = try queue.read(UnfinishedMove.source) {
                throw StoreProblem.unfinished(path: path, source: source)
            }
        } catch {
            throw StoreProblem(error, path: path)
        }
    }

    package var place: String { path }

    package var hasDaemon: Bool? { StoreSign.isGiven(for: path) }

    package func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws(StoreProblem) -> Answer? {
        try visit(isWriting: false) { try verb($0) }
    }

    package func transact<Answer>(
        _ verb: (any StoreTransaction) throws -> Answer
    ) throws(StoreProblem) -> Answer? {
        try visit(isWriting: true) { try verb($0) }
    }

    /// For a statement that SQLite runs in no transaction but its own.
    func visitAlone<Answer>(_ work: (Database) throws -> Answer) throws -> Answer {
        try queue.writeWithoutTransaction(work)
    }

    private func visit<Answer>(
        isWriting: Bool, _ verb: (SQLiteTransaction) throws -> Answer
    ) throws(StoreProblem) -> Answer? {
        do {
            let visit = { (db: Database) in
                // What the daemon has trained meanwhile is needed for what it has written meanwhile.
                try packing.load(db)
                return try db.account(named: account).map { try verb(SQLiteTransaction(db, packing, AccountRows($0))) }
            }
            return try isWriting ? queue.write(visit) : queue.read(visit)
        } catch {
            throw StoreProblem(error, path: path)
        }
    }
}
