// One verb of the fleet at the database, and the time that it has.

import ChangeFeed
import Fleet
import PostgreSQLClient

/// Runs transactions until the time is over that the machine waits for an answer. What is not begun by then is not
/// begun.
struct LeaseTurn: Sendable {
    private let pool: SessionPool
    private let end: ContinuousClock.Instant
    private let limits: PostgreSQLTransaction.ServerLimits

    init(_ pool: SessionPool, patience: Duration) {
        self.pool = pool
        end = .now + patience
        // Below the patience on this side, so that the server says itself what took so long.
        let ofServer = patience * 4 / 5
        limits = PostgreSQLTransaction.ServerLimits(statement: ofServer, lock: ofServer, idle: patience)
    }

    var left: Duration { end - .now }

    /// - Returns: what each of the statements was answered.
    @discardableResult
    func run(
        _ statements: [PostgreSQLStatement], isolation: PostgreSQLTransaction.Isolation = .readCommitted
    ) throws(FleetMachine.Failure) -> [PostgreSQLRows] {
        switch try outcome(of: PostgreSQLTransaction(statements, isolation: isolation, limits: limits)) {
        case .committed(let rows): return rows
        case .failed(let failure): throw .failed("\(failure)")
        case .unknown(let doubt): throw .unknown("\(doubt)")
        }
    }

    /// - Parameter wait: for each lock, and each statement.
    /// - Returns: nil where that was too short.
    func run(
        _ statements: [PostgreSQLStatement], waitingAtMost wait: Duration
    ) throws(FleetMachine.Failure) -> [PostgreSQLRows]? {
        let limits = PostgreSQLTransaction.ServerLimits(statement: wait, lock: wait, idle: limits.idle)
        switch try outcome(of: PostgreSQLTransaction(statements, limits: limits)) {
        case .committed(let rows): return rows
        case .failed(let failure) where [.lockTimeout, .cancelled].contains(failure.trouble): return nil
        case .failed(let failure): throw .failed("\(failure)")
        case .unknown(let doubt): throw .unknown("\(doubt)")
        }
    }

    /// A connection that had ended before anything was asked is nobody's fault: another is tried, and a new one at
    /// last.
    private func outcome(of transaction: PostgreSQLTransaction) throws(FleetMachine.Failure) -> PostgreSQLOutcome {
        func run() throws -> PostgreSQLOutcome {
            try lend { connection, left in connection.transaction(transaction, within: left) }
        }
        do {
            for _ in 0..<PostgresStore.leaseSessions {
                let outcome = try run()
                guard case .failed(let failure) = outcome, failure.trouble == .connectionLost else { return outcome }
            }
            return try run()
        } catch { throw .failed("\(error)") }
    }

    private func lend<Answer>(_ work: (PostgreSQLConnection, Duration) throws -> Answer) throws -> Answer {
        guard left > .zero else { throw TurnIsOver() }
        return try pool.lend { connection in
            guard left > .zero else { throw TurnIsOver() }
            return try work(connection, left)
        }
    }
}

private struct TurnIsOver: Error, CustomStringConvertible {
    var description: String {
        "no connection to PostgreSQL was there in time: see whether its machine and the network are overloaded"
    }
}
