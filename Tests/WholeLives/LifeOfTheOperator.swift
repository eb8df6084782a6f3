// What people ask of the daemon by commands beside it, and how the daemon comes to know and does it.

import ChangeFeed
import ChangeOracle
import EventStore
import SimulatedWorld

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
        var hasMore = false
        var steps: [() throws -> Bool] = [resumeAsAsked]
        for account in accounts { steps.append { try self.giveUpAsAsked(of: account) } }
        for account in accounts {
            steps += [{ try self.pollAsAsked(of: account) }]
            steps += [{ try self.releaseAsAsked(of: account) }, { try self.decideAsAsked(of: account) }]
            steps += [{ try self.judgeOverdue(of: account) }, { try self.settleUnstamped(of: account) }]
        }
        for account in accounts { steps.append { try self.replayAsAsked(of: account) } }
        for step in steps {
            try mayEnd()
            guard !diskIsFull() else {
                note("  the store fails")
                return wantRound()
            }
            hasMore = try step() || hasMore
        }
        wantRound(after: hasMore ? .zero : Self.roundsAtLeastEvery)
    }
}

// MARK: - What people ask for

extension SimulatedLife {
    /// Somebody says that the receiver and the API are well again; it stays asked for until it is done.
    func askForResumption(of endpoint: LifeEndpoint) throws {
        note("! whatever was wrong with \(endpoint.name) is said to be mended")
        _ = try disk.visitor(of: endpoint.account.name).requestResumption(of: endpoint.scenario.name)
        for account in accounts { _ = try disk.visitor(of: account.name).requestAPIResumption() }
        wantRound()
    }

    /// A command beside the daemon asks for some of the log once more.
    func askForReplay() throws {
        guard !isPeaceful else { return }
        schedule(.replay, after: .minutes(random.within(1...8)))
        let account = random.element(of: accounts)
        guard !account.log.isEmpty else { return }
        var selection = ReplaySelection()
        let first = random.within(1...account.log.count)
        if random.chance(0.7) { selection.sequences = first...(first + random.within(0...20)) }
        let own = endpoints.filter { $0.account === account }
        if random.chance(0.3), !own.isEmpty { selection.endpoint = random.element(of: own).scenario.name }
        note("! \(account.name): events \(selection.sequences.map { "\($0)" } ?? "all") are to be sent again")
        try disk.visitor(of: account.name).requestReplay(
            of: selection, eventsPerSecond: random.element(of: [0.2, 2, 50]))
        for endpoint in own where selection.endpoint ?? endpoint.scenario.name == endpoint.scenario.name {
            endpoint.judge.expectReplays(of: selection.sequences ?? 1...account.log.count)
        }
        wantRound()
    }

    func askForDeadLetters() throws {
        var selection = ReplaySelection()
        selection.isOfDeadLetters = true
        note("! all that was given up is to be sent again")
        for account in accounts {
            try disk.visitor(of: account.name).requestReplay(of: selection, eventsPerSecond: 50)
        }
        wantRound()
    }

    func ask(_ decision: HeldDecision, of account: LifeAccount) throws {
        for object in account.scenario.polled { try ask(decision, of: object, in: account) }
    }

    private func ask(_ decision: HeldDecision, of object: SimulatedObject, in account: LifeAccount) throws {
        let answer = try disk.visitor(of: account.name).request(decision, of: object.resource)
        guard answer == .requested else { return }
        note("! \(account.name) \(object.resource): \(decision)")
        switch decision {
        case .releaseChanges: account.hasReleasedChanges = true
        case .dismiss, .dismissDeletes, .dismissChanges: account.watch.dismiss(object, at: now)
        case .release: break
        }
        wantRound()
    }

    /// Whatever somebody may come to decide.
    func decide() throws {
        guard !isPeaceful else { return }
        schedule(.decision, after: .seconds(random.within(20...240)))
        // Before a daemon has run there is nothing to decide about.
        guard accounts.contains(where: { !$0.log.isEmpty }) else { return }
        let endpoint = random.element(of: endpoints)
        switch random.within(0...9) {
        case 0: try askForResumption(of: endpoint)
        case 1, 2: try askToGiveUp(endpoint)
        case 3: try askToGiveUpAll(to: endpoint)
        case 4: try askForPoll(of: random.element(of: accounts))
        default:
            let account = random.element(of: accounts)
            let decision: HeldDecision = random.element(of: [
                .release, .release, .releaseChanges, .dismiss, .dismissDeletes, .dismissChanges,
            ])
            try ask(decision, of: random.element(of: account.scenario.polled), in: account)
        }
    }

    private func askForPoll(of account: LifeAccount) throws {
        let object = random.chance(0.7) ? random.element(of: account.scenario.polled) : nil
        let answer = try disk.visitor(of: account.name).requestPoll(of: object?.resource)
        note("! \(account.name) \(object?.resource.text ?? "all") is to be polled: \(answer.map { "\($0)" } ?? "-")")
        wantRound()
    }

    private func askToGiveUp(_ endpoint: LifeEndpoint) throws {
        guard let delivery = endpoint.sequences.keys.sorted().last(where: { _ in random.chance(0.3) }) else { return }
        let answer = try disk.visitor(of: endpoint.account.name).requestGivingUp(of: delivery)
        note("! delivery \(delivery) to \(endpoint.name) is to be given up: \(answer)")
        wantRound()
    }

    private func askToGiveUpAll(to endpoint: LifeEndpoint) throws {
        let answer = try disk.visitor(of: endpoint.account.name).requestGivingUp(allTo: endpoint.scenario.name)
        note("! all that waits for \(endpoint.name) is to be given up: \(answer)")
        if case .requested = answer { endpoint.judge.excuse() }
        wantRound()
    }
}
