// A store in memory, for tests of the rules: the second engine, and the shortest.

import ChangeFeed
import EventStore
import Synchronization

/// What outlives a process of the daemon: everything that was committed.
package final class MemoryDisk: Sendable {
    let tables = Mutex(MemoryTables())

    package init() {}

    /// Of the log, oldest first.
    package func newestEvents(_ count: Int) -> [EventWrite] {
        let events = tables.withLock(\.events)
        return events.keys.sorted().suffix(count).compactMap { events[$0]?.write }
    }
}

/// One process's view of it. A transaction works on a copy, which takes the place of what there was when it ends.
package final class MemoryStore: StoreEngine {
    package let claims = Claims()
    private let disk: MemoryDisk
    private let beforeCommit: @Sendable () throws -> Void

    /// - Parameter beforeCommit: called at the end of each transaction; where it throws, the transaction is undone.
    package init(on disk: MemoryDisk, beforeCommit: @escaping @Sendable () throws -> Void = {}) {
        self.disk = disk
        self.beforeCommit = beforeCommit
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
