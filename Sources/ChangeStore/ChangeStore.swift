// The one room with SQL: everything that outlives the process, one verb a transaction.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms
import Synchronization

/// The state store in one SQLite file: known records, cursors, events and deliveries, and the request count.
///
/// Every verb is one transaction and blocks until it is on disk: `synchronous=FULL`, so that what was acknowledged to
/// somebody survives a power loss. Verbs may be called from any thread; writers take turns.
package final class ChangeStore: Sendable {
    package let path: String
    let pool: DatabasePool
    package let claims = Claims()
    let packing = Packing()
    let file: StoreFile
    let watched = Mutex(Watched())
    /// Whether the file was made just now, or was empty.
    package let isNew: Bool
    /// How many names the file had when it was opened: more than one are hard links.
    var names: Int { lock.names }
    /// Released last: see there.
    let lock: StoreLock

    /// Opens the store as its one writer, making or migrating the file as needed.
    ///
    /// The directory must exist, or its parent must: the last component is made, readable by this user alone.
    ///
    /// - Parameter source: the store that this one is to be filled from; nil: it is whole.
    package init(path: String, movedFrom source: String? = nil) throws(StoreProblem) {
        self.path = path
        do {
            let directory = (path as NSString).deletingLastPathComponent
            if !directory.isEmpty, !FileManager.default.fileExists(atPath: directory) {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw .unusable(
                path: path,
                reason: "its directory is missing and could not be made. Make it, and let this user write there")
        }
        let lock = try StoreLock(on: path)
        self.lock = lock
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration(packing))
            // GRDB sets NORMAL while it switches to WAL, after `prepareDatabase`; only from here on FULL stays.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // One heavy page must not leave a log beside the store that is as large as the store.
                try db.execute(sql: "PRAGMA journal_size_limit = \(Limits.journalBytesKept)")
            }
            guard try pool.read(Schema.isOurs) else { throw StoreProblem.foreign(path: path) }
            guard try pool.read(Schema.migrator.hasBeenSuperseded) == false else {
                throw StoreProblem.fromLaterVersion(path: path)
            }
            if let source {
                try UnfinishedMove.clear(pool, for: source, path: path)
            } else if let begun = try pool.read(UnfinishedMove.source) {
                throw StoreProblem.unfinished(path: path, source: begun)
            }
            isNew = try pool.read(Schema.isEmpty)
            try Schema.migrator.migrate(pool)
            if let source { try UnfinishedMove.mark(pool, source) }
            try pool.read(packing.load)
            file = try Self.mark(pool, under: lock)
        } catch {
            throw StoreProblem(error, path: path)
        }
        // From now on the mark is missed where it is not.
        try requireSameStore()
    }

    /// Writes everything into the one file and lets it go; no verb may be called any more. Without it nothing is lost, but
    /// the newest commits stay in the log beside the file, and a copy of the file alone would lack them.
    package func finish() {
        // What was lost is left as it is.
        guard (try? requireSameStore()) != nil else { return }
        // Neither fails but where somebody else reads the file at this moment, or the disk is full; both can wait.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? pool.close()
    }

    private static func configuration(_ packing: Packing) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(TimeInterval(Limits.lockPatience))
        configuration.label = "state store"
        configuration.prepareDatabase { db in
            packing.addFunctions(to: db)
            try db.execute(sql: "PRAGMA foreign_keys = ON")
            // Holds for a file that is still empty; from then on what was pruned can be given back.
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        return configuration
    }
}
