// The store that daemons share, as values: rows with holders, epochs and expiries by a clock of its own.

import ChangeFeed
import Fleet

/// What happened to a lease, for whoever judges.
package enum LeaseEvent: Sendable {
    case taken(account: Int, epoch: Int, by: DaemonID)
    case freed(account: Int, by: DaemonID)
}

/// Does what an engine of the store does with the verbs of the fleet, one at a time.
struct VirtualLeases {
    private struct Row {
        var holder: DaemonID?
        var epoch = 0
        /// When its holder took it, or when it became nobody's.
        var since: Instant
    }

    private struct Presence {
        var until: Instant
        var planned: Int
    }

    private let terms: LeaseTerms
    private var rows: [Int: Row] = [:]
    private var names: [Int: String] = [:]
    private var free: Set<Int> = []
    private var held: [DaemonID: Set<Int>] = [:]
    private var plans: [DaemonID: Set<String>] = [:]
    private var daemons: [DaemonID: Presence] = [:]
    /// Accounts with an open transaction of a daemon that is somewhere in the middle of it.
    private(set) var transactions: [Int: DaemonID] = [:]
    private(set) var events: [LeaseEvent] = []

    init(_ terms: LeaseTerms) {
        self.terms = terms
    }

    static func name(_ account: Int) -> String { "account-\(account)" }
    static func number(_ name: String) -> Int { Int(name.dropFirst("account-".count)) ?? 0 }

    /// A verb in words that are the same each time: a set has its elements in any order.
    static func line(_ verb: FleetMachine.Verb) -> String {
        switch verb {
        case .enroll(let accounts): "enroll \(accounts.count)"
        case .knock: "knock"
        case .renew(let planned): "renew \(planned)"
        case .look: "look"
        case .take(let accounts): "take \(accounts.map(number))"
        case .endBackends(let holder): "end \(holder)"
        case .giveBack(let leases): "give back \(leases.map { number($0.account) })"
        case .leave: "leave"
        }
    }

    func accounts(of holder: DaemonID) -> Set<Int> { held[holder] ?? [] }

    mutating func takeEvents() -> [LeaseEvent] {
        defer { events = [] }
        return events
    }

    mutating func beginTransactions(of holder: DaemonID, on accounts: some Sequence<Int>) {
        for account in accounts { transactions[account] = holder }
    }

    mutating func endTransactions(of holder: DaemonID) {
        transactions = transactions.filter { $0.value != holder }
    }

    mutating func answer(_ verb: FleetMachine.Verb, of holder: DaemonID, at now: Instant) -> FleetMachine.Answer {
        switch verb {
        case .enroll(let accounts): enroll(accounts, of: holder, at: now)
        case .knock: break
        case .renew(let planned): return .renewed(renew(holder, planned: planned, at: now))
        case .look(let limit): return .seen(look(holder, limit: limit, at: now))
        case .take(let accounts): return take(accounts, by: holder, at: now)
        case .endBackends(let other): endBackends(of: other, at: now)
        case .giveBack(let leases):
            for lease in leases { giveBack(VirtualLeases.number(lease.account), lease.epoch, of: holder, at: now) }
        case .leave:
            for account in accounts(of: holder).sorted() { giveBack(account, nil, of: holder, at: now) }
            daemons[holder] = nil
        }
        return .done
    }

    private mutating func enroll(_ accounts: Set<String>, of holder: DaemonID, at now: Instant) {
        plans[holder] = accounts
        for name in accounts {
            let account = VirtualLeases.number(name)
            guard rows[account] == nil else { continue }
            rows[account] = Row(since: now)
            names[account] = name
            free.insert(account)
        }
    }

    private mutating func renew(_ holder: DaemonID, planned: Int, at now: Instant) -> [Lease] {
        daemons[holder] = Presence(until: now + terms.lease, planned: planned)
        return accounts(of: holder).map { Lease(account: names[$0]!, epoch: rows[$0]!.epoch) }
    }

    private func look(_ holder: DaemonID, limit: Int, at now: Instant) -> FleetSight {
        let living = daemons.filter { $0.value.until > now }
            .map { FleetSight.Peer(id: $0, planned: $1.planned, led: accounts(of: $0).count) }.sorted { $0.id < $1.id }
        let gone = held.keys.filter { $0 != holder && (daemons[$0].map { $0.until <= now } ?? true) }
        let candidates = gone.reduce(into: free) { $0.formUnion(accounts(of: $1)) }
        let plan = plans[holder] ?? []
        let takeable = candidates.sorted().lazy.filter { plan.contains(names[$0]!) && isTakeable($0, at: now) }
        return FleetSight(
            daemons: living,
            takeable: takeable.prefix(limit).map { account in
                .init(account: names[account]!, isOverdue: end(of: rows[account]!) + terms.overdue <= now)
            })
    }

    /// When nobody led it any more, or will not.
    private func end(of row: Row) -> Instant {
        guard let holder = row.holder else { return row.since }
        return daemons[holder]?.until ?? .distantPast
    }

    private func isTakeable(_ account: Int, at now: Instant) -> Bool {
        rows[account].map { end(of: $0) <= now } ?? false
    }

    private mutating func take(_ names: [String], by holder: DaemonID, at now: Instant) -> FleetMachine.Answer {
        var won: [Lease] = []
        var blocked: [FleetMachine.Blocked] = []
        var formers: [String: DaemonID] = [:]
        guard (daemons[holder]?.until ?? now) > now else { return .taken([], blocked: []) }
        for name in names {
            let account = VirtualLeases.number(name)
            guard isTakeable(account, at: now) else { continue }
            if let other = transactions[account] {
                blocked.append(.init(account: name, by: other))
                continue
            }
            if let former = rows[account]?.holder {
                held[former]?.remove(account)
                formers[name] = former
            }
            rows[account]!.holder = holder
            rows[account]!.epoch += 1
            rows[account]!.since = now
            free.remove(account)
            held[holder, default: []].insert(account)
            won.append(Lease(account: name, epoch: rows[account]!.epoch))
            events.append(.taken(account: account, epoch: rows[account]!.epoch, by: holder))
        }
        return .taken(won, blocked: blocked, from: formers)
    }

    /// All transactions of one that is gone; of one that lives, those for accounts which it does not lead.
    private mutating func endBackends(of other: DaemonID, at now: Instant) {
        let isGone = daemons[other].map { $0.until <= now } ?? false
        transactions = transactions.filter { account, daemon in
            let isLed = rows[account].map { $0.holder == other } ?? true
            return daemon != other || !isGone && isLed
        }
    }

    /// - Parameter epoch: nil for any.
    private mutating func giveBack(_ account: Int, _ epoch: Int?, of holder: DaemonID, at now: Instant) {
        guard let row = rows[account], row.holder == holder, epoch == nil || row.epoch == epoch else { return }
        rows[account]!.holder = nil
        rows[account]!.since = now
        held[holder]?.remove(account)
        free.insert(account)
        events.append(.freed(account: account, by: holder))
    }
}
