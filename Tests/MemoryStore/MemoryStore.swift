// A store in memory, for tests of the rules: the second engine, and the shortest.

import ChangeFeed
import EventStore
import Synchronization

/// What outlives a process of the daemon: everything that was committed, of each account by itself.
package final class MemoryDisk: Sendable {
    final class Account: Sendable {
        private let id: Int64
        let tables: Mutex<MemoryTables>

        init(id: Int64, identity: String) {
            self.id = id
            tables = Mutex(MemoryTables(account: .init(identity: identity)))
        }

        var stored: StoredAccount { StoredAccount(id: id, identity: tables.withLock(\.account.identity)) }
    }

    private let accounts = Mutex<[String: Account]>([:])
    private let begun = Mutex(false)

    private let move = Mutex<String?>(nil)

    package init() {}

    /// What is moved here and is not all here yet.
    var unfinished: String? { move.withLock { $0 } }

    /// - Returns: false where something else is here than what a move from there has left.
    func clear(for source: String) -> Bool {
        accounts.withLock { accounts in
            guard unfinished.map({ $0 == source }) ?? accounts.isEmpty else { return false }
            accounts = [:]
            move.withLock { $0 = source }
            return true
        }
    }

    func endMove() { move.withLock { $0 = nil } }

    /// In the order of their numbers.
    var names: [String] {
        accounts.withLock { accounts in accounts.sorted { $0.value.stored.id < $1.value.stored.id }.map(\.key) }
    }

    /// Whether no daemon has opened it yet.
    var isNew: Bool { begun.withLock { !$0 } }

    func begin() { begun.withLock { $0 = true } }

    /// In the order of their numbers.
    var all: [Account] { accounts.withLock(\.values).sorted { $0.stored.id < $1.stored.id } }

    func account(named name: String) -> Account? { accounts.withLock { $0[name] } }

    fileprivate func open(_ name: String, identity: String) -> Account {
        accounts.withLock { accounts in
            let account = Account(id: Int64(accounts.count) + 1, identity: identity)
            accounts[name] = account
            return account
        }
    }
}

/// One process's view of it. A transaction works on a copy, which takes the place of what there was when it ends.
package final class MemoryStore: StoreEngine {
    package let claims = Claims()
    package let account: StoredAccount
    private let disk: MemoryDisk.Account
    private let beforeCommit: @Sendable () throws -> Void

    /// - Parameters:
    ///   - name: of the account; the first time, `identity` becomes its own for good.
    ///   - beforeCommit: called at the end of each transaction; where it throws, the transaction is undone.
    package init(
        on disk: MemoryDisk, account name: String, identity: String, title: String? = nil,
        beforeCommit: @escaping @Sendable () throws -> Void = {}
    ) throws {
        disk.begin()
        if let known = disk.account(named: name) {
            self.disk = known
        } else {
            try beforeCommit()
            self.disk = disk.open(name, identity: identity)
        }
        let stored = self.disk.stored
        account = StoredAccount(id: stored.id, identity: stored.identity, title: title)
        self.beforeCommit = beforeCommit
    }

    /// One that is there.
    init(_ disk: MemoryDisk.Account) {
        (self.disk, account, beforeCommit) = (disk, disk.stored, {})
    }

    package func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer {
        try verb(MemoryTransaction(disk.tables.withLock { $0 }))
    }

    package func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer {
        let transaction = MemoryTransaction(disk.tables.withLock { $0 })
        let answer = try verb(transaction)
        try beforeCommit()
        let after = transaction.tables
        disk.tables.withLock { $0 = after }
        return answer
    }
}

final class MemoryTransaction: StoreTransaction {
    var tables: MemoryTables

    init(_ tables: MemoryTables) {
        self.tables = tables
    }

    func write(_ batch: [StoreOperation]) throws {
        for operation in batch { try carryOut(operation) }
    }
}

/// What a test of the engine's own finds wrong.
struct MissingRow: Error {
    let what: String
}
