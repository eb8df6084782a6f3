// A store that is opened beside its daemon: by a command, or by the daemon's own server.

import ChangeFeed

/// An account in the store of a daemon, which may be running, opened to look or to leave a request.
package protocol StoreVisitor: Sendable {
    /// As people know it: the path of a file, or an address without what is secret.
    var place: String { get }
    /// Whether several daemons may share the store.
    var isShared: Bool { get }
    /// Whether a daemon has the store open, or leads the account where several share it; nil where this user may not see
    /// that.
    var hasDaemon: Bool? { get }

    /// Which daemons share the store, and which of them works for the account; nil where the store is one daemon's alone.
    func sharing() throws(StoreProblem) -> Sharing?

    /// One state of the store. Nil where no daemon has used the account yet.
    func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws(StoreProblem) -> Answer?
    /// One transaction, which is undone where the verb throws. Nil where no daemon has used the account yet: there is nobody
    /// to ask anything of. The store was opened to be written.
    func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws(StoreProblem) -> Answer?

    /// Writes the store as it is at this moment, of all accounts, into a file, which is there whole under its name or not at
    /// all, and may be read by its owner only. Nobody waits for it.
    ///
    /// - Parameters:
    ///   - isReplacing: a file of this name may be there.
    ///   - goesOn: is told how far it is, now and then; false ends it.
    func copy(
        to path: String, isReplacing: Bool, goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) -> StoreCopy
}

extension StoreVisitor {
    package var isShared: Bool { false }
    package func sharing() throws(StoreProblem) -> Sharing? { nil }
}

/// The daemons of a store that several share, as an account sees them.
package struct Sharing: Sendable, Equatable {
    /// How many of them live by the clock of the store.
    package let daemons: Int
    /// Nil where none of them works for the account.
    package let leadership: Leadership?

    package init(daemons: Int, leadership: Leadership?) {
        self.daemons = daemons
        self.leadership = leadership
    }
}

/// That a daemon among several works for an account.
package struct Leadership: Sendable, Equatable {
    package let holder: String
    /// Counts take-overs.
    package let epoch: Int
    /// By the clock of the store.
    package let since: Instant

    package init(holder: String, epoch: Int, since: Instant) {
        self.holder = holder
        self.epoch = epoch
        self.since = since
    }
}

/// How far a copy is.
package enum CopyProgress: Sendable, Equatable {
    /// Bytes written, of about so many.
    case copying(bytes: Int, of: Int)
    /// All is written, and is looked through for damage.
    case checking
}

/// Writes copies of stores into files, for an engine whose stores are in none: by the engine whose stores are.
package struct StoreCopying: Sendable {
    package typealias Copy =
        @Sendable (
            _ moment: any StateStore, _ path: String, _ isReplacing: Bool,
            _ goesOn: @escaping (CopyProgress) -> Bool
        ) throws(StoreCopyProblem) -> StoreCopy

    /// - Parameter moment: the store as it is at one moment.
    package let copy: Copy

    package init(copy: @escaping Copy) {
        self.copy = copy
    }
}

/// What a copy holds.
package struct StoreCopy: Sendable, Equatable {
    package let bytes: Int
    /// Of each account that was ever used, by its name: the number of the last event in its log; 0 where nothing was ever
    /// detected.
    package let lastSequences: [String: Int]

    package init(bytes: Int, lastSequences: [String: Int]) {
        self.bytes = bytes
        self.lastSequences = lastSequences
    }
}

/// Why there is no copy; whatever was begun of it is gone.
package enum StoreCopyProblem: Error, Sendable, Equatable {
    case store(StoreProblem)
    case exists(path: String)
    /// It would take the place of a store that a daemon uses.
    case isStoreInUse(path: String)
    case notWritten(path: String, reason: String)
    /// Whoever was told of the progress wanted no more.
    case stopped
}
