// Who judges a simulated fleet, by true time and by what the store holds; it knows nothing of how daemons decide.

import ChangeFeed
import Fleet

/// Sees every change of a lease and everything a daemon is told to do, and says which promise was broken.
package struct FleetJudge {
    /// What one process believes.
    private struct Believer {
        /// The epochs of accounts for which it would begin something.
        var active: [Int: Int] = [:]
        /// Of these, how many are another's by now.
        var stale: Set<Int> = []
        /// Until when it begins anything, by true time.
        var gate = Instant.distantPast
        /// What was begun at the last moment before it rested may be on its way until then.
        var heldUp: [Int: Instant] = [:]
        var runs = true
    }

    private struct Truth {
        var epoch = 0
        var holder: DaemonID?
    }

    private let bounds: FleetBounds
    private var believers: [DaemonID: Believer] = [:]
    private var truths: [Int: Truth] = [:]
    private var leaderless: LeaderlessTimes
    private(set) var complaints: [String] = []
    private(set) var moves = 0

    init(_ bounds: FleetBounds) {
        self.bounds = bounds
        leaderless = LeaderlessTimes(bound: bounds.leaderless)
    }

    var longestLeaderless: Duration { leaderless.longest }

    /// How many accounts are led by a process that runs and may begin something.
    func led(by daemon: DaemonID, at now: Instant) -> Int {
        guard let believer = believers[daemon], believer.runs, believer.gate > now else { return 0 }
        return believer.active.count
    }

    mutating func complain(_ complaint: String) { complaints.append(complaint) }
}

// MARK: - The store

extension FleetJudge {
    /// - Parameter isAble: whether the daemon runs, and hears of it.
    mutating func took(_ account: Int, epoch: Int, by daemon: DaemonID, isAble: Bool, at now: Instant) {
        let former = truths[account, default: Truth()]
        if epoch != former.epoch + 1 { complain("account \(account): epoch \(epoch) came after \(former.epoch)") }
        truths[account] = Truth(epoch: epoch, holder: daemon)
        moves += 1
        if !isAble { leaderless.again([account], from: now) }
        for id in believers.keys.sorted() where believers[id]?.active[account] != nil {
            believers[id]!.stale.insert(account)
            judge(id, at: now)
        }
        for id in believers.keys.sorted() where believers[id]?.heldUp[account].map({ $0 > now }) ?? false {
            complain("what \(id) began for account \(account) may be on its way when it is another's")
        }
    }

    mutating func freed(_ account: Int, by daemon: DaemonID, isUnderWay: Bool) {
        truths[account]?.holder = nil
        if isUnderWay { complain("account \(account) was given back by \(daemon) while its work went on") }
    }

    private mutating func judge(_ id: DaemonID, at now: Instant) {
        guard let believer = believers[id], !believer.stale.isEmpty, believer.runs, believer.gate > now else {
            return
        }
        complain("\(id) may begin something for \(believer.stale.count) accounts that are another's")
    }
}

// MARK: - What a daemon is told by its machine

extension FleetJudge {
    mutating func mayBegin(_ daemon: DaemonID, until moment: Instant, at now: Instant) {
        believers[daemon]?.gate = moment
        judge(daemon, at: now)
        guard let active = believers[daemon]?.active.keys, leaderless.hasAny else { return }
        for account in active { leaderless.isLed(account, at: now) }
    }

    mutating func leads(_ account: Int, epoch: Int, by daemon: DaemonID, at now: Instant) {
        activate(account, epoch: epoch, of: daemon, at: now)
    }

    mutating func goesOn(_ account: Int, epoch: Int?, by daemon: DaemonID, at now: Instant) {
        guard let epoch else { return complain("\(daemon) goes on with account \(account), which it does not lead") }
        activate(account, epoch: epoch, of: daemon, at: now)
    }

    private mutating func activate(_ account: Int, epoch: Int, of daemon: DaemonID, at now: Instant) {
        guard believers[daemon] != nil else { return }
        if believers[daemon]!.active[account] != nil { complain("\(daemon) leads account \(account) twice") }
        believers[daemon]!.active[account] = epoch
        believers[daemon]!.heldUp[account] = nil
        if truths[account]?.epoch != epoch || truths[account]?.holder != daemon {
            believers[daemon]!.stale.insert(account)
        }
        judge(daemon, at: now)
        if believers[daemon]!.gate > now { leaderless.isLed(account, at: now) }
    }

    /// It keeps what it knows of the account, and what it has begun.
    mutating func rests(_ account: Int, by daemon: DaemonID, at now: Instant) {
        if let gate = believers[daemon]?.gate { believers[daemon]?.heldUp[account] = gate + bounds.holdUp }
        begins(account, nothingMoreBy: daemon, at: now)
    }

    mutating func begins(_ account: Int, nothingMoreBy daemon: DaemonID, at now: Instant) {
        guard believers[daemon]?.active.removeValue(forKey: account) != nil else { return }
        believers[daemon]!.stale.remove(account)
        // Where somebody else leads it already, nobody misses this one.
        if !isLed(account, at: now) { leaderless.since(now, account) }
    }

    private func isLed(_ account: Int, at now: Instant) -> Bool {
        guard let holder = truths[account]?.holder, let believer = believers[holder] else { return false }
        return believer.runs && believer.active[account] != nil && believer.gate > now
    }

    /// Its machine has just said what is to be done: whose time is over, rests.
    mutating func acted(_ daemon: DaemonID, at now: Instant) {
        guard let believer = believers[daemon], believer.gate <= now, !believer.active.isEmpty else { return }
        complain("\(daemon) was not told to rest with \(believer.active.count) accounts")
    }
}

// MARK: - Processes and the way between them and the store

extension FleetJudge {
    mutating func started(_ daemon: DaemonID) { believers[daemon] = Believer() }

    /// It is gone, or hears nothing until it wakes.
    mutating func isGone(_ daemon: DaemonID, forEver: Bool, holding held: Set<Int>, at now: Instant) {
        for account in believers[daemon]?.active.keys.sorted() ?? [] { leaderless.since(now, account) }
        leaderless.again(held, from: now)
        if forEver { believers[daemon] = nil } else { believers[daemon]?.runs = false }
    }

    mutating func wakes(_ daemon: DaemonID, at now: Instant) {
        believers[daemon]?.runs = true
        judge(daemon, at: now)
        guard let believer = believers[daemon], believer.gate > now else { return }
        for account in believer.active.keys { leaderless.isLed(account, at: now) }
    }

    /// Nobody could have led them until now.
    mutating func couldNotBeLed(_ accounts: Set<Int>, at now: Instant) { leaderless.again(accounts, from: now) }
    /// Nobody has to lead anything while the store is away.
    mutating func store(isThere: Bool, at now: Instant) { leaderless.counts(isThere, at: now) }
    mutating func isConfigured(_ account: Int, at now: Instant) { leaderless.since(now, account) }

    /// - Parameter accounts: those that are configured; nobody has to lead any other.
    mutating func inspect(at now: Instant, among accounts: Set<Int>? = nil) {
        if let accounts { leaderless.forget(except: accounts) }
        for account in leaderless.tooLong(at: now) {
            complain("account \(account) has been led by nobody for \(leaderless.age(of: account, at: now))")
            leaderless.forget(account)
        }
        complaints += leaderless.takeComplaints()
    }

    var leaderlessCount: Int { leaderless.count }
}
