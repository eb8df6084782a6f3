// A way to be there when a transaction is about to be committed, for tests of what a death at that moment leaves.

import GRDB

extension ChangeStore {
    /// Calls `body` at the end of every transaction from now on, before it is committed; where it throws, the transaction
    /// is undone and its verb throws the same.
    package func beforeEachCommit(_ body: @escaping @Sendable () throws -> Void) {
        pool.add(transactionObserver: CommitWatch(body: body), extent: .databaseLifetime)
    }
}

private final class CommitWatch: TransactionObserver, Sendable {
    private let body: @Sendable () throws -> Void

    init(body: @escaping @Sendable () throws -> Void) {
        self.body = body
    }

    /// Of the rows that change, none is of interest.
    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}

    func databaseWillCommit() throws { try body() }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
}
