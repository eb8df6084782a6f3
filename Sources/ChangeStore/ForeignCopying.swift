// A copy of a store that is in no file, as a store in one.

import ChangeFeed
import EventStore
import Foundation
import GRDB

extension StoreCopying {
    /// Into files of SQLite.
    package static let toFiles = StoreCopying { moment, path, isReplacing, goesOn throws(StoreCopyProblem) in
        let file = try FileInTheMaking(path: path, isReplacing: isReplacing, besides: nil)
        return try file.made(goesOn) { () throws(StoreCopyProblem) in try file.fill(from: moment, goesOn) }
    }
}

extension FileInTheMaking {
    /// Everything of it, until the file holds all by itself.
    fileprivate func fill(
        from moment: any StateStore, _ goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) {
        // The store has let its lock go when this has ended.
        try move(from: moment, goesOn)
        do { try closeJournal() } catch {
            throw .notWritten(path: path, reason: StoreProblem(error, path: filling).description)
        }
        try takeFilled()
    }

    private func move(
        from moment: any StateStore, _ goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) {
        let store: ChangeStore
        do { store = try ChangeStore(path: filling, movedFrom: moment.location.place) } catch {
            throw .notWritten(path: path, reason: error.description)
        }
        let outcome = Result {
            // How much it will be is not known: what is there is packed anew.
            try StoreMove(from: moment, to: store, goesOn: { _ in goesOn(.copying(bytes: filledBytes, of: 0)) }).run()
        }
        store.finish()
        do { _ = try outcome.get() } catch is MoveStopped {
            throw .stopped
        } catch {
            guard let failure = store.failure(behind: error) else { throw .store(moment.problem(behind: error)) }
            throw .notWritten(path: path, reason: failure.description)
        }
    }

    /// Whoever opens a file with a journal of that kind makes others beside it, also to look only.
    private func closeJournal() throws {
        let queue = try DatabaseQueue(path: filling)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try queue.close()
    }

    private var filledBytes: Int {
        ["", "-wal"].reduce(0) { sum, end in
            var status = stat()
            return stat(filling + end, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }
}
