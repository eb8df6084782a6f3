// How many accounts are taken over, of which some may be in use.

import ChangeFeed
import Fleet
import PostgreSQLClient

/// Takes what nobody uses at once, some accounts in each transaction, and then waits for the rest a while.
struct TakeOverWork {
    private let turn: LeaseTurn
    private let schema: String
    private let holder: DaemonID
    private let wait: Duration
    private var won: [Lease] = []
    /// By account, whose it was when it was locked.
    private var holders: [String: DaemonID] = [:]
    /// Who stands in the way; nil where nobody was found any more.
    private var blockers: [(account: String, holder: String?)] = []

    init(_ turn: LeaseTurn, schema: String, holder: DaemonID, wait: Duration) {
        self.turn = turn
        self.schema = schema
        self.holder = holder
        self.wait = wait
    }

    consuming func take(_ accounts: [String]) throws(FleetMachine.Failure) -> FleetMachine.Answer {
        var rest = accounts[...]
        while !rest.isEmpty, won.isEmpty || turn.left > wait {
            let some = Array(rest.prefix(PostgresLimits.takenAtOnce))
            rest = rest.dropFirst(some.count)
            do {
                try absorb(try turn.run(statements(some, waits: false).all))
            } catch {
                // What was won before is won; the rest is found by the next look.
                guard case .failed = error, !won.isEmpty else { throw error }
                break
            }
        }
        try takeBlocked()
        let blocked = blockers.compactMap { blocker in
            blocker.holder.map { FleetMachine.Blocked(account: blocker.account, by: DaemonID($0)) }
        }
        let accounts = Set(won.map(\.account))
        return .taken(won, blocked: blocked, from: holders.filter { accounts.contains($0.key) })
    }

    /// Those that are waited for together are won together: where one stays in use, the others are tried by the next
    /// verb.
    private mutating func takeBlocked() throws(FleetMachine.Failure) {
        let some = blockers.prefix(PostgresLimits.takenAtOnce).map(\.account)
        guard !some.isEmpty, turn.left > wait else { return }
        guard let rows = try turn.run(statements(some, waits: true).all, waitingAtMost: wait) else { return }
        blockers.removeFirst(some.count)
        try absorb(rows)
    }

    private func statements(_ accounts: [String], waits: Bool) -> TakeOverStatements {
        TakeOverStatements(schema: schema, holder: holder, accounts: accounts, waits: waits)
    }

    private mutating func absorb(_ rows: [PostgreSQLRows]) throws(FleetMachine.Failure) {
        for row in rows[2] {
            let (account, former) = try reading {
                (try row.value("account", as: String.self), try row.optional("holder", as: String.self))
            }
            if let former { holders[account] = DaemonID(former) }
        }
        won += try reading { try rows[3].map { try Lease($0) } }
        blockers += try reading {
            try rows[4].map { (account: try $0.value("account", as: String.self), holder: try $0.optional("blocker")) }
        }
    }
}
