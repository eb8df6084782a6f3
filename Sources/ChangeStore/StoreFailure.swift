// What a verb of the store failed by, in words that say what to do.

import ChangeFeed
import EventStore
import GRDB

extension StoreFailure {
    /// Nil for an error that is none of SQLite's.
    init?(_ error: any Error) {
        if let failure = error as? StoreFailure {
            self = failure
            return
        }
        guard let error = error as? DatabaseError else { return nil }
        let trouble = StoreTrouble(error)
        self.init(
            trouble, FileTrouble.words[trouble] ?? FileTrouble.failing, engine: "SQLite",
            cause: "\(error.message ?? "no reason given"), \(error.extendedResultCode.rawValue)")
    }
}

extension StoreTrouble {
    init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked
        case .SQLITE_FULL: self = .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged
        default:
            self = error.extendedResultCode == .SQLITE_IOERR_CORRUPTFS ? .damaged : .failing
        }
    }
}

/// What a store in a file may suffer from, as people are told of it.
enum FileTrouble {
    static let words: [StoreTrouble: String] = [.locked: locked, .full: full, .damaged: damaged, .failing: failing]

    static let locked =
        "another process holds its write lock: a backup or a database tool in the middle of a transaction. It goes on "
        + "once that ends; `fuser` with its path names who has it open"
    static let full = "its disk has no room: make some"
    static let damaged =
        "a part of it is damaged. Put back a copy, or save what can be read: \"A damaged store\" in docs/operating.md "
        + "says how"
    static let failing = "the system did not let it be read or written: see what its kernel says of the disk"
}
