// Why the state store cannot be used.

/// The store could not be opened.
package enum StoreProblem: Error, Sendable, Equatable, CustomStringConvertible {
    case inUse(path: String)
    case missing(path: String)
    case unusable(path: String, reason: String)
    case fromLaterVersion(path: String)
    case foreign(path: String)

    package var description: String {
        switch self {
        case .inUse(let path):
            "the state store \(path) is in use by another process. One daemon runs on a store: stop the other one, or give "
                + "this one a store of its own with store.path"
        case .missing(let path):
            "there is no state store \(path), or this user may not see it. A daemon makes it when it first runs; a "
                + "store.path that does not begin with / is relative to the directory that a program is started in"
        case .unusable(let path, let reason):
            "the state store \(path) cannot be used: \(reason). Check that its directory exists, that this user may write "
                + "there, and that the disk has room"
        case .foreign(let path):
            "\(path) is another program's database, and was left as it is. Name a file of its own with store.path"
        case .fromLaterVersion(let path):
            "the state store \(path) was written by a later version of insightly-webhooks. Run that version, or restore a "
                + "backup made before the upgrade"
        }
    }
}
