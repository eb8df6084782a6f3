// A store as a whole: where it is, and what its daemon holds of it.

import ChangeFeed

/// Where a store is, and how it is opened.
package protocol StoreLocation: Sendable {
    /// As people know it: the path of a file, or an address without what is secret.
    var place: String { get }
    /// What people are told of each trouble that such a store may have, and of what to do about it.
    var words: [StoreTrouble: String] { get }

    /// Whether daemons of several machines may have it open: each account is then led by one of them, under a lease.
    var isShared: Bool { get }

    /// Opens the store as its daemon, making or migrating it as needed.
    func open() throws(StoreProblem) -> any StateStore
    /// Opens the store in its daemon's place, for a command that is not to make one.
    func openExisting() throws(StoreProblem) -> any StateStore
    /// Looks whether a daemon could open it, and makes and changes nothing.
    ///
    /// - Returns: what is wrong with it, though it can be used.
    func inspect() throws(StoreProblem) -> [String]
    /// The same, for a command that has to be alone with it: throws where a daemon, or anybody else, has it open.
    func openAlone() throws(StoreProblem) -> any StateStore
    /// Opens it to be filled with what another store holds, and marks it as unfinished: until `StateStore.endMove`, nobody
    /// opens it otherwise. What a move from the same store has left unfinished there is taken away; anything else in it is a
    /// problem.
    ///
    /// - Parameter source: the other store, as people know it.
    func openTarget(movedFrom source: String) throws(StoreProblem) -> any StateStore
    /// Opens the store beside its daemon, to look or to leave a request.
    ///
    /// - Parameters:
    ///   - account: its name. One that no daemon has used yet has nothing in the store.
    ///   - isReadOnly: what only looks cannot disturb.
    func visit(account: String, isReadOnly: Bool) throws(StoreProblem) -> any StoreVisitor
}

extension StoreLocation {
    package var isShared: Bool { false }
    /// Of most places nothing can be said without opening the store.
    package func inspect() throws(StoreProblem) -> [String] { [] }

    package func openAlone() throws(StoreProblem) -> any StateStore { try openExisting() }

    package func openTarget(movedFrom source: String) throws(StoreProblem) -> any StateStore {
        throw StoreProblem("nothing can be moved to \(place)")
    }
}

/// A store as its daemon has it open: everything that outlives the process, of all accounts.
///
/// Its verbs block. What they fail by is the engine's own, which `failure(behind:)` reads.
package protocol StateStore: Sendable {
    associatedtype Account: StoreEngine

    var location: any StoreLocation { get }
    /// Whether the store was made just now, or was empty.
    var isNew: Bool { get }
    /// What is wrong with how the store lies there, though it can be used; each says what to do.
    var warnings: [String] { get }

    /// The account of this name; the first time, `identity` becomes its own for good.
    ///
    /// - Parameters:
    ///   - title: what receivers are told that it is called.
    ///   - epoch: of the lease under which it is written, where daemons share the store; nothing is written under one that
    ///     is over.
    func account(named name: String, identity: String, title: String?, under epoch: Int?) throws -> Account
    /// The account of this name; nil where no daemon has used it yet.
    func account(named name: String) throws -> Account?
    /// All that were ever used, those that are not configured any more among them, in the order of their numbers.
    func accounts() throws -> [Account]
    /// The names of all accounts that were ever used, in the order of their numbers.
    func accountNames() throws -> [String]
    /// Whether the numbers of resources, endpoints, deliveries and requests are given out once for all accounts, rather
    /// than once for each.
    var sharesNumbers: Bool { get }
    /// Everything is there that was to be moved: it is a store like any other from now on.
    func endMove() throws
    /// The numbers of the accounts of which something is asked.
    func accountsAsked() throws -> Set<Int64>

    /// Throws where the store is another than the one that was opened: then nothing more is written to it. Is asked before
    /// every verb, and so waits for nothing.
    func requireSameStore() throws(StoreProblem)
    /// Lets go of what is kept for nothing any more, a part at a time, and says whether there may be more.
    func dropUnneeded() throws -> Bool
    /// Gives some of the room back in which nothing is kept any more, and says whether there is more to give back.
    func giveRoomBack() throws -> Bool
    /// From now on, tells of what keeps a verb that is under way from coming to an end, however long that takes.
    func whenHeldUp(_ tell: @escaping @Sendable (StoreFailure) -> Void)
    /// Throws where anybody else has the store open, or leads an account of it.
    func requireNobodyElse() throws
    /// Lets the store go; no verb may be called any more. What was committed is safe without it.
    func finish()

    /// What a verb failed by; nil for an error that is none of the engine's.
    func failure(behind error: any Error) -> StoreFailure?
    /// What an error means for whoever cannot do without the store.
    func problem(behind error: any Error) -> StoreProblem
    /// An account's key leads to another instance than that which its records came from.
    func anotherInstance(known: String, found: String) -> StoreProblem
}

extension StateStore {
    package var sharesNumbers: Bool { false }

    /// Whoever holds the lock of a file is alone with it from the start.
    package func requireNobodyElse() throws {}

    /// Of most engines, every verb ends soon, one way or the other.
    package func whenHeldUp(_ tell: @escaping @Sendable (StoreFailure) -> Void) {}

    package func account(named name: String, identity: String) throws -> Account {
        try account(named: name, identity: identity, title: nil, under: nil)
    }

    /// What a daemon needs of its store before it can begin; a store that fails here is one that cannot be used.
    package func usable<Answer>(_ verbs: () throws -> Answer) throws(StoreProblem) -> Answer {
        do { return try verbs() } catch { throw problem(behind: error) }
    }

    /// The account's records are those of this instance from now on.
    ///
    /// - Parameter anew: it is another instance indeed: whatever is known of the former one is compared with nothing any
    ///   more, and its quota tells nothing. Events that wait are still delivered.
    /// - Returns: false where no daemon has used the account yet.
    package func takeUp(
        instance: String, anew: Bool, ofAccount name: String, at now: Instant
    ) throws(StoreProblem) -> Bool {
        try usable {
            guard let account = try account(named: name) else { return false }
            try account.transact { try TakeUpInstance(instance, anew: anew, of: account.account, at: now).run(in: $0) }
            return true
        }
    }
}
