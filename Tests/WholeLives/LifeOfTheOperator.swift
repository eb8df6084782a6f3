// What people ask of the daemon by commands beside it, and how the daemon comes to know and does it.

import ChangeFeed
import ChangeStore

extension SimulatedLife {
    /// Somebody who asked waits for it no longer than this.
    private static let roundsEvery: Duration = .seconds(2)
    /// What nobody asked for, such as a reading that does not end, is looked at so often.
    private static let roundsAtLeastEvery: Duration = .minutes(1)

    /// The daemon is to look within that time what it is asked for, and what of it is left.
    func wantRound(after wait: Duration = SimulatedLife.roundsEvery) {
        let moment = now + wait
        if let next = process?.nextRound, next <= moment { return }
        process?.nextRound = moment
        schedule(.round, after: wait)
    }

    func makeRound() throws {
        // Others that were wanted later, before this one was, are none.
        guard let process, process.nextRound.map({ $0 <= now }) == true else { return }
        self.process?.nextRound = nil
        guard !process.isStopping else { return }
        guard !diskIsFull() else {
            note("  the store fails")
            return wantRound()
        }
        try resumeAsAsked()
        var hasMore = false
        for account in accounts { hasMore = try settleWhatIsHeld(of: account) || hasMore }
        hasMore = try replay() || hasMore
        wantRound(after: hasMore ? .zero : Self.roundsAtLeastEvery)
    }

    private func resumeAsAsked() throws {
        guard let process else { return }
        for (index, delivery) in process.delivery.enumerated()
        where try process.store.isResumptionRequested(of: delivery.endpoint) {
            self.process?.delivery[index].loop.post(.resume, at: daemonNow)
        }
        for (index, polling) in process.polling.enumerated()
        where try process.store.isAPIResumptionRequested(of: polling.account) {
            self.process?.polling[index].loop.post(.resumeAPI, at: daemonNow)
        }
    }

    /// What the operator has decided, and what was too much for one transaction.
    ///
    /// - Returns: whether there is more to do at once.
    private func settleWhatIsHeld(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let polling = process.polling[account.index]
        try mayEnd()
        let asked = Set(try process.store.requestedReleases(of: polling.account).names)
        for name in asked.subtracting(process.released[account.index]).sorted(by: { $0.text < $1.text }) {
            note("  \(account.name) \(name): the deletes are released")
            self.process?.polling[account.index].loop.post(.release(name), at: daemonNow)
        }
        self.process?.released[account.index] = asked
        let decided = try process.store.carryOutDecision(of: polling.account, limit: Limits.decidedAtOnce)
        if let decision = decided.done {
            note("  \(account.name) \(decision.name): \(decision.isDismissed ? "dismissed" : "released")")
        }
        for overdue in try process.store.judgeOverdueUnstamped(
            of: polling.account, polling.plans, waitingFor: account.scenario.sweepInterval ?? .hours(24),
            at: daemonNow)
        {
            note(
                "! \(account.name) \(overdue.resource): overdue \(overdue.reading), held \(overdue.held?.records ?? 0)")
        }
        let step = try process.store.settleUnstamped(
            of: polling.account, polling.plans, to: process.endpoints(for: account.index, in: scenario),
            limit: Limits.unstampedSettledAtOnce, detectedAt: daemonNow + scenario.wallStep, at: daemonNow)
        try readLog(of: account, events: step.told)
        if step.told > 0 { self.process?.wakeDeliveries(at: daemonNow) }
        return decided.hasMore || step.settled > 0
    }

    /// A few of what was asked to be sent again, as the daemon does it.
    private func replay() throws -> Bool {
        guard let process else { return false }
        try mayEnd()
        guard try process.store.carryOnReplay(to: process.delivery.map(\.endpoint), limit: 5, at: daemonNow) != nil
        else { return false }
        self.process?.wakeDeliveries(at: daemonNow)
        return true
    }
}

// MARK: - What people ask for

extension SimulatedLife {
    private func visitor() throws -> StoreVisitor { try StoreVisitor(path: storePath, isReadOnly: false) }

    /// Somebody says that the receiver and the API are well again; it stays asked for until it is done.
    func askForResumption(of endpoint: LifeEndpoint) throws {
        note("! whatever was wrong with \(endpoint.name) is said to be mended")
        let visitor = try visitor()
        _ = try visitor.requestResumption(of: endpoint.name)
        for account in accounts { _ = try visitor.requestAPIResumption(ofAccount: account.name) }
        wantRound()
    }

    /// A command beside the daemon asks for some of the log once more.
    func askForReplay() throws {
        guard !isPeaceful else { return }
        schedule(.replay, after: .minutes(random.within(1...8)))
        guard !log.isEmpty else { return }
        var selection = ReplaySelection()
        let first = random.within(1...log.count)
        if random.chance(0.7) { selection.sequences = first...(first + random.within(0...20)) }
        if random.chance(0.3) { selection.endpoint = random.element(of: endpoints).name }
        note("! events \(selection.sequences.map { "\($0)" } ?? "all") are to be sent again")
        try visitor().requestReplay(of: selection, eventsPerSecond: random.element(of: [0.2, 2, 50]))
        wantRound()
    }

    func askForDeadLetters() throws {
        var selection = ReplaySelection()
        selection.isOfDeadLetters = true
        note("! all that was given up is to be sent again")
        try visitor().requestReplay(of: selection, eventsPerSecond: 50)
        wantRound()
    }

    func ask(_ decision: StoreVisitor.Decision, of account: LifeAccount) throws {
        let visitor = try visitor()
        for object in account.scenario.polled {
            _ = try visitor.request(decision, of: object.resource, account: account.name)
        }
        wantRound()
    }
}
