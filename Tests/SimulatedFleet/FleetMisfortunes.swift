// What happens to a simulated fleet.

import ChangeFeed
import Fleet

extension FleetLife {
    func scheduleMisfortune() {
        guard let mean = scenario.betweenMisfortunes else { return }
        schedule(.misfortune, after: random.duration(upTo: mean * 2))
    }

    func misfortune() {
        scheduleMisfortune()
        happened += 1
        let misfortune = random.element(of: scenario.misfortunes)
        switch misfortune {
        case .away, .storm: return disturbStore(misfortune)
        case .joins: return order.count < scenario.daemons + 2 ? join() : ()
        case .planned: return changePlans()
        case .killed, .told, .stopped, .cut: break
        }
        // One at least is left alone, or nobody could lead anything.
        let able = order.filter(isAble)
        guard able.count > 1 else { return }
        let id = random.element(of: able)
        note("! \(id) is \(misfortune)")
        switch misfortune {
        case .killed: kill(id)
        case .told:
            daemons[id]?.stop(at: now)
            if order.count <= scenario.daemons { schedule(.joins, after: random.duration(upTo: .minutes(2))) }
        case .stopped: stop(id, for: .seconds(1) + random.duration(upTo: .seconds(random.element(of: [3, 20, 120]))))
        default: slow(id)
        }
    }

    /// A way that gets worse: answers take seconds, and then none come.
    private func slow(_ id: DaemonID) {
        let duration = Duration.seconds(random.chance(0.5) ? 0 : random.within(5...15))
        daemons[id]?.slowUntil = now + duration
        schedule(.cut(id), after: duration)
    }

    private func kill(_ id: DaemonID) {
        leaveTransactions(of: id)
        remove(id)
        if order.count < scenario.daemons { schedule(.joins, after: random.duration(upTo: .minutes(2))) }
    }

    private func stop(_ id: DaemonID, for duration: Duration) {
        leaveTransactions(of: id)
        daemons[id]?.power = .stopped
        judge.isGone(id, forEver: false, holding: leases.accounts(of: id), at: now)
        schedule(.wakes(id), after: duration)
    }

    func cut(_ id: DaemonID) {
        guard daemons[id] != nil, !isPeaceful else { return }
        note("! \(id) is cut off")
        let duration = Duration.seconds(1) + random.duration(upTo: .seconds(random.element(of: [10, 90])))
        leaveTransactions(of: id)
        daemons[id]?.cutUntil = now + duration
        daemons[id]?.isHeard = random.chance(0.3)
        // What it has just won it does not hear of.
        judge.couldNotBeLed(leases.accounts(of: id), at: now)
        schedule(.heals(id), after: duration)
    }

    /// It was in the middle of some, and the store cannot know that nothing more comes.
    private func leaveTransactions(of id: DaemonID) {
        let accounts = (daemons[id]?.working.keys.sorted() ?? []).filter { _ in random.chance(0.1) }
        leases.beginTransactions(of: id, on: accounts)
    }

    private func disturbStore(_ misfortune: FleetScenario.Misfortune) {
        guard weather == .fair else { return }
        weather = misfortune == .storm ? .storm : random.element(of: [.refuses, .silent, .setBack])
        note("! the store: \(weather)")
        judge.store(isThere: false, at: now)
        schedule(.storeIsWell, after: .seconds(1) + random.duration(upTo: .seconds(random.element(of: [5, 60]))))
    }

    /// Accounts come and go; daemons learn of it one after the other.
    private func changePlans() {
        let account = random.within(1...(scenario.accounts + 3))
        let isNew = !accounts.contains(account)
        if !isNew, accounts.count == 1 { return }
        note("! account \(account) is \(isNew ? "added" : "taken away")")
        if isNew { accounts.insert(account) } else { accounts.remove(account) }
        for id in order { schedule(.learns(id, account), after: random.duration(upTo: .seconds(30))) }
        if isNew { judge.isConfigured(account, at: now) }
    }

    func learn(_ id: DaemonID, of account: Int) {
        guard let plan = daemons[id]?.plan else { return }
        daemons[id]?.goBy(accounts.contains(account) ? plan.union([account]) : plan.subtracting([account]), at: now)
        becameAble(id)
    }
}

// MARK: - What passes

extension FleetLife {
    func wake(_ id: DaemonID) {
        guard daemons[id]?.power == .stopped else { return }
        note("! \(id) wakes")
        daemons[id]?.power = .running
        leases.endTransactions(of: id)
        judge.wakes(id, at: now)
        becameAble(id)
    }

    func heal(_ id: DaemonID) {
        guard daemons[id] != nil else { return }
        note("! \(id) reaches the store again")
        daemons[id]?.cutUntil = now
        leases.endTransactions(of: id)
        becameAble(id)
    }

    func storeIsWell() {
        note("! the store is well")
        weather = .fair
        judge.store(isThere: true, at: now)
    }

    /// From now on nothing goes wrong, and everybody has the same accounts.
    func makePeace() {
        note("peace")
        isPeaceful = true
        if weather != .fair { storeIsWell() }
        for id in order {
            daemons[id]?.slowUntil = now
            if daemons[id]?.power == .stopped { wake(id) }
            if (daemons[id]?.cutUntil ?? now) > now { heal(id) }
            if !scenario.hasUnevenPlans || random.chance(0.5) { daemons[id]?.goBy(accounts, at: now) }
        }
        if !order.contains(where: isAble) { join() }
    }
}
