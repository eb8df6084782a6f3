// The leases of the accounts, as one daemon holds them in the database.

import ChangeFeed
import Fleet
import PostgreSQLClient
import Synchronization

/// Carries out what a daemon's machine asks, on sessions of its own: a renewal waits for no page that is being written.
package final class PostgresLeases: LeaseStore {
    private let pool: SessionPool
    private let holder: DaemonID
    private let terms: LeaseTerms
    private let statements: LeaseStatements
    private let wait: Duration
    /// What it may lead: noted here, since nobody else asks for it, and it ends with the process.
    private let plan = Mutex<Set<String>>([])

    /// - Parameters:
    ///   - pool: whose sessions are listed under the holder's name, as are those of all that it writes under leases.
    ///   - wait: how long a take-over waits for what is in use.
    init(_ holder: DaemonID, _ terms: LeaseTerms, at pool: SessionPool, in schema: String, wait: Duration) {
        self.pool = pool
        self.holder = holder
        self.terms = terms
        self.wait = wait
        statements = LeaseStatements(schema: schema, holder: holder, terms: terms)
    }

    /// Lets go of the connections.
    package func finish() { pool.close() }

    package func answer(_ verb: FleetMachine.Verb) throws(FleetMachine.Failure) -> FleetMachine.Answer {
        let turn = LeaseTurn(pool, patience: terms.patience)
        switch verb {
        case .enroll(let accounts):
            plan.withLock { $0 = accounts }
            try turn.run(statements.enroll(accounts))
        case .knock: try turn.run(statements.knock)
        case .renew(let planned):
            let rows = try turn.run(statements.renew(planned: planned))
            return .renewed(try reading { try rows[2].map { try Lease($0) } })
        case .look(let limit): return .seen(try look(limit, in: turn))
        case .take(let accounts):
            return try TakeOverWork(turn, schema: statements.schema, holder: holder, wait: wait).take(accounts)
        case .endBackends(let other): try turn.run(statements.endBackends(of: other))
        case .giveBack(let leases): try turn.run(statements.giveBack(leases))
        case .leave: try turn.run(statements.leave)
        }
        return .done
    }

    /// Of what can be taken, this daemon's part is found here: the whole of it is little but at a first start.
    private func look(_ limit: Int, in turn: borrowing LeaseTurn) throws(FleetMachine.Failure) -> FleetSight {
        let rows = try turn.run(statements.look, isolation: .repeatableRead)
        let plan = plan.withLock { $0 }
        return try reading {
            let daemons = try rows[0].map {
                FleetSight.Peer(
                    id: DaemonID(try $0.value("id")), planned: try $0.int("planned"), led: try $0.int("led"))
            }
            let takeable = try rows[1].map {
                FleetSight.Takeable(account: try $0.value("account"), isOverdue: try $0.value("is_overdue"))
            }
            let own = takeable.filter { plan.contains($0.account) }
            return FleetSight(daemons: daemons, takeable: Array(own.prefix(limit)))
        }
    }
}

/// What was committed, and answered in a way that nobody understands, may be anything.
func reading<Answer>(_ read: () throws -> Answer) throws(FleetMachine.Failure) -> Answer {
    do { return try read() } catch { throw .unknown("\(error)") }
}

extension Lease {
    init(_ row: PostgreSQLRow) throws(PostgreSQLColumnProblem) {
        self.init(account: try row.value("account"), epoch: try row.int("epoch"))
    }
}
