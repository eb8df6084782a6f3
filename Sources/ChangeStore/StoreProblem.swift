// Why the state store cannot be used, where it is a file.

import ChangeFeed
import EventStore
import Foundation
import GRDB

extension StoreProblem {
    /// What an error means of a store that is opened, or looked into.
    init(_ error: any Error, path: String) {
        if let problem = error as? StoreProblem {
            self = problem
            return
        }
        guard let failure = StoreFailure(error) else {
            self = .unusable(path: path, reason: "\(error)")
            return
        }
        switch failure.trouble {
        case .locked: self = .locked(path: path)
        // Whether it ever was a database, nobody can tell.
        case .damaged where (error as? DatabaseError)?.resultCode == .SQLITE_NOTADB:
            self = .unusable(
                path: path,
                reason:
                    "it is not a database, or its beginning is damaged. Name another file with store.path, or put back "
                    + "a copy")
        case .damaged: self = .damaged(path: path, cause: failure.cause)
        case .full: self = .unusable(path: path, reason: "\(failure)")
        case .failing, .unreachable:
            self = .unusable(
                path: path,
                reason: "\(failure.cause). Check that its directory exists, and that this user may write there")
        }
    }

    /// What keeps a command from a store that is there, as far as the system says it before SQLite does.
    ///
    /// - Parameter access: the system's error; 0 where there is none.
    /// - Returns: nil where SQLite has to find out.
    init?(access: Int32, path: String) {
        switch access {
        case EACCES: self = .forbidden(path: path)
        case ENOENT, ENOTDIR: self = .missing(path: path)
        default: return nil
        }
    }
}

extension StoreProblem {
    static func inUse(path: String) -> StoreProblem {
        StoreProblem(
            "the state store \(path) is in use by another process, by this name or another of the same file. One daemon runs "
                + "on a store: stop the other one, or give this one a store of its own with store.path")
    }

    static func missing(path: String) -> StoreProblem {
        StoreProblem(
            "there is no state store \(path). A daemon makes it when it first runs; a "
                + "store.path that does not begin with / is relative to the directory that a program is started in")
    }

    /// For a command beside the daemon, which another user may run.
    static func forbidden(path: String) -> StoreProblem {
        StoreProblem(
            "this user may not open the state store \(path), or not see whether there is one: ask as root, or as the user "
                + "that the daemon runs as")
    }

    static func unusable(path: String, reason: String) -> StoreProblem {
        StoreProblem("the state store \(path) cannot be used: \(reason)", trouble: .failing)
    }

    static func locked(path: String) -> StoreProblem {
        StoreProblem("the state store \(path) is locked: \(FileTrouble.locked)", trouble: .locked)
    }

    static func damaged(path: String, cause: String) -> StoreProblem {
        StoreProblem("the state store \(path): \(FileTrouble.damaged) (SQLite: \(cause))", trouble: .damaged)
    }

    static func lost(path: String, _ loss: StoreLoss) -> StoreProblem {
        StoreProblem(
            "the state store \(path) \(loss.rawValue) under the running daemon; nothing more is written to it. Put the file "
                + "back, with its -wal, and start the daemon again; without it, the next start is a first run")
    }

    static func ofAnotherInstance(path: String, known: String, found: String) -> StoreProblem {
        StoreProblem(
            "the state store \(path) is that of the Insightly instance \"\(known)\", and the API key leads to \"\(found)\": "
                + "nothing is polled, for records of the two have nothing in common. Put the key and the pod of \"\(known)\" "
                + "back, or give this account a store of its own with store.path. Is it the same instance by another name: "
                + "`insightly-webhooks resume --instance NAME`, NAME being the new one. Is this store to go on with another "
                + "instance, and to learn it from the beginning: the same with --anew")
    }

    static func foreign(path: String) -> StoreProblem {
        StoreProblem(
            "\(path) is another program's database, and was left as it is. Name a file of its own with store.path")
    }

    static func fromLaterVersion(path: String) -> StoreProblem {
        StoreProblem(
            "the state store \(path) was written by a later version of insightly-webhooks. Run that version, or restore a "
                + "backup made before the upgrade")
    }
}
