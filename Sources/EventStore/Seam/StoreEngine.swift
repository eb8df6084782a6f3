// What a store's engine is: whatever runs verbs, each in one transaction.

/// Keeps what outlives the process of one account, and knows no rule. All that is decided about it is decided by the verbs
/// in this room, which are the same on every engine.
///
/// Resources, endpoints, events and their numbers, deliveries and requests are each account's own: of those of others,
/// nothing here says anything, wherever they are kept.
package protocol StoreEngine: Sendable {
    var account: StoredAccount { get }
    /// Which deliveries are under way in this process.
    var claims: Claims { get }

    /// Runs a verb that writes nothing, on one state of the store.
    func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer

    /// Runs a verb in one transaction, which is undone where it throws; nobody else writes meanwhile. Blocks until it is
    /// kept for good.
    func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer

    /// Lets go of what was kept for rows of the account that are gone, as far as that is the account's own.
    func dropUnneeded() throws
}

extension StoreEngine {
    package func dropUnneeded() throws {}
}

/// What is read of a store by one verb: typed questions about sets.
package typealias StoreReading = AccountReading & ListReading & PruningReading & QueueReading & RecordReading
    & RequestReading & TransferReading & UnstampedReading

/// A transaction in which a verb reads, decides, and has a batch written; in rounds, where what it reads depends on what
/// it has written.
package protocol StoreTransaction: StoreReading {
    /// Carries the operations out in their order.
    func write(_ batch: [StoreOperation]) throws
}
