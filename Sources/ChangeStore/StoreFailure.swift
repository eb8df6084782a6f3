// What a verb of the store failed by, in words that say what to do.

import ChangeFeed
import GRDB

/// A verb that failed; nothing of it was written.
package struct StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let trouble: StoreTrouble
    /// What SQLite calls it.
    package let cause: String

    /// Nil for an error that is none of SQLite's.
    package init?(_ error: any Error) {
        guard let error = error as? DatabaseError else { return nil }
        trouble = StoreTrouble(error)
        cause = "\(error.message ?? "no reason given"), \(error.extendedResultCode.rawValue)"
    }

    package var description: String { "\(trouble.words) (SQLite: \(cause))" }
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

    package var words: String {
        switch self {
        case .locked:
            "another process holds its write lock: a backup or a database tool in the middle of a transaction. It goes on "
                + "once that ends; `fuser` with its path names who has it open"
        case .full: "its disk has no room: make some"
        case .damaged:
            "a part of it is damaged. Put back a copy, or save what can be read: \"A damaged store\" in docs/operating.md "
                + "says how"
        case .failing: "the system did not let it be read or written: see what its kernel says of the disk"
        }
    }
}
