// An account's way to the database: what is read, tried and written there is asked for here.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

/// Of one account, in this process.
struct AccountLink: Sendable {
    let pool: SessionPool
    let schema: String
    let account: Int64
    let packing: Packing
    let claims: Claims
    /// What has to hold for anything to be written; nil: the store has one daemon.
    let fence: Fence?
    let commits: CommitWatch
    let statistics: Statistics
    /// For tests: that a question is answered in the same way whether anything was written before it or not.
    let rehearsesAlways: Bool
    /// Counts exchanges with the server.
    let exchanges: ExchangeCount?

    func read(_ statements: [PostgreSQLStatement]) throws -> [PostgreSQLRows] {
        try lend { try $0.queries(statements, within: PostgresLimits.patience) }
    }

    private var fencing: [PostgreSQLStatement] { fence.map { $0.statements(of: account, in: schema) } ?? [] }

    /// Has all of the statements answered, and undoes what they did. It locks rows as a transaction that is kept does, and so
    /// stands behind the same lock of the account: whoever takes that over finds who is in its way.
    func rehearse(_ statements: [PostgreSQLStatement]) throws -> [PostgreSQLRows] {
        let fencing = fencing
        let transaction = PostgreSQLTransaction(fencing + statements, limits: PostgresLimits.ofVerbs)
        do {
            let rows = try lend { try $0.rehearsal(of: transaction, within: PostgresLimits.patience) }
            return Array(rows[fencing.count...])
        } catch let failure as PostgreSQLFailure { throw failure.ofAccount }
    }

    /// Reads what may take long; the server itself ends it where it takes too long.
    func readPatiently(_ statement: PostgreSQLStatement) throws -> PostgreSQLRows {
        let transaction = PostgreSQLTransaction([statement], limits: PostgresLimits.ofVerbs)
        return try lend { try $0.rehearsal(of: transaction, within: PostgresLimits.patience) }[0]
    }

    /// Has the statements take effect, and returns once that is certain.
    ///
    /// What is known not to be kept, of a transaction that lost its connection, is written again.
    ///
    /// - Returns: what each was answered.
    @discardableResult
    func write(_ statements: [PostgreSQLStatement]) throws -> [PostgreSQLRows] {
        do { return try writeOnce(statements) } catch is BatchLost { return try writeOnce(statements) }
    }

    private func writeOnce(_ statements: [PostgreSQLStatement]) throws -> [PostgreSQLRows] {
        let batch = Batch(in: schema)
        let opening = [batch.mark] + fencing
        let transaction = PostgreSQLTransaction(opening + statements, limits: PostgresLimits.ofVerbs)
        exchanges?.add()
        switch try outcome(of: transaction) {
        case .committed(let rows): return Array(rows[opening.count...])
        case .failed(let failure): throw failure.ofAccount
        case .unknown(let doubt):
            try batch.settle(doubt, at: pool)
            // Whoever was not answered is not told the answers either; no verb asks for them.
            return []
        }
    }

    /// A connection that had ended before anything was asked is nobody's fault: another is tried.
    private func outcome(of transaction: PostgreSQLTransaction) throws -> PostgreSQLOutcome {
        func run() throws -> PostgreSQLOutcome {
            try pool.lend { $0.transaction(transaction, within: PostgresLimits.commitPatience) }
        }
        let outcome = try run()
        if case .failed(let failure) = outcome, failure.trouble == .connectionLost { return try run() }
        return outcome
    }

    private func lend(_ work: (PostgreSQLConnection) throws -> [PostgreSQLRows]) throws -> [PostgreSQLRows] {
        exchanges?.add()
        // What is only asked is asked again where the session was ended under it.
        do { return try pool.lend(work) } catch let failure as PostgreSQLFailure
            where [.connectionLost, .shuttingDown].contains(failure.trouble)
        {
            return try pool.lend(work)
        }
    }
}

extension PostgreSQLFailure {
    /// What it means of a transaction under a lease.
    fileprivate var ofAccount: any Error { trouble == .checkFailed(Fence.check) ? AccountLedElsewhere() : self }
}
