// A look at whether the store is still there, before every verb and now and then.

import ChangeFeed
import EventStore
import GRDB
import Synchronization

extension ChangeStore {
    /// Writes the mark that tells this file from all others, and sees what is to be found again from now on.
    static func mark(_ pool: DatabasePool, under lock: StoreLock) throws -> StoreFile {
        // Zero is what every other database has there.
        let mark = Int32.random(in: 1...Int32.max)
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA user_version = \(mark)")
            _ = try db.checkpoint(.passive)
        }
        let sight = lock.sight()
        return StoreFile(named: lock.identity, journal: sight.journal, mark: mark)
    }

    /// Throws where the store was deleted, replaced or emptied. From then on it is not written on: what has its name now
    /// is somebody else's, and SQLite would mix the two when it closes.
    package func requireSameStore() throws(StoreProblem) {
        let loss = watched.withLock { state -> StoreLoss? in
            if let loss = state.loss { return loss }
            let sight = lock.sight()
            state.loss = file.loss(in: sight, wasMarked: state.wasMarked)
            if file.isMarked(sight) { state.wasMarked = true }
            // Never closed: SQLite would write back what its journal holds, and remove the journal by its name.
            if state.loss != nil { _ = Unmanaged.passRetained(pool) }
            return state.loss
        }
        if let loss { throw .lost(path: path, loss) }
    }

    /// What has been seen of the file so far.
    struct Watched: Sendable {
        var wasMarked = false
        var loss: StoreLoss?
    }
}
