// How the daemon of a life polls: what its account's machine asks for is performed here.

import ChangeFeed
import ChangeOracle
import EventStore
import SimulatedWorld
import VirtualTime

extension SimulatedLife {
    func poll(_ account: LifeAccount) throws {
        let index = account.index
        let effects = process?.polling[index].loop.effects(at: daemonNow, chance: &random) ?? []
        for effect in effects {
            switch effect {
            case .send(let asker, let request):
                note("→ \(account.name) \(request.target.forPeople)")
                // Now and then a connection has to be opened first, through a slow network.
                let way: Duration = random.chance(0.2) ? .seconds(2) : .milliseconds(100)
                schedule(.requestArrives(account: index, asker, request), after: random.duration(upTo: way))
            case .store(let verb, let question): try ask(.polling(account: index, verb, question: question))
            case .goBy(let plan):
                process?.polling[index].plans = plan.resources
                // What goes by another plan was taken from the store, which knows of no release.
                process?.released[index] = []
            case .eventsQueued: process?.wakeDeliveries(at: daemonNow)
            case .tell(let news): note(news, of: account)
            case .endOfAnotherInstance(let known, let found, _):
                throw BrokenPromise(complaints: ["\(found) was taken for another instance than \(known)"])
            }
        }
    }

    /// An answer is there; what it tells of the clocks goes by the wall clock.
    func take(_ result: APIResult, for asker: AccountMachine.Asker, of account: LifeAccount) {
        let result = result.map { response in
            var response = response
            response.receivedAt = daemonNow + scenario.wallStep
            return response
        }
        // Only the answer says from when on changes were news, and only its page counts.
        if case .resource(let name) = asker { account.answers[name] = (result, now) }
        process?.polling[account.index].loop.post(.answered(asker, result), at: daemonNow)
    }

    func carryOut(_ verb: AccountMachine.Verb, of account: LifeAccount) throws -> AccountMachine.Answer {
        guard let process else { return .done }
        let store = process.stores[account.index]
        switch verb {
        case .count(_, let request, let memory, let now):
            try store.count(request, memory: memory, at: now)
        case .remember(let memory): try store.remember(memory)
        case .learn(let instance): try store.remember(instance: instance)
        case .resumed(let memory): try store.resumed(memory)
        case .adopt(let plan, let now):
            return .adopted(try store.memory(adopting: plan.resources, at: now))
        case .commit(let page, let now): return .committed(try commit(page, of: account, at: now))
        }
        return .done
    }

    private func commit(_ page: PageCommit, of account: LifeAccount, at moment: Instant) throws -> CommitSummary {
        guard let process else { return CommitSummary() }
        let name = page.plan.name
        let summary = try process.stores[account.index].commit(
            page, to: process.endpoints(for: account.index),
            detectedAt: daemonNow + scenario.wallStep, at: moment)
        for seen in page.records { account.saw("\(name)/\(seen.id)", byID: page.sighting.answer == .byID, at: now) }
        account.polledAt[name] = page.progress.polledAt.map { $0 - skew }
        account.thresholds[name] = account.thresholds[name] ?? threshold(of: page, in: account)
        if account.scenario.lookout != .polls { account.seen[name, default: []].formUnion(page.records.map(\.id)) }
        note("= \(account.name) \(name): \(summary.forPeople), cursor \(page.progress.cursor.iso8601)")
        try readLog(of: account, events: summary.events)
        account.readUpTo[name] = page.progress.cursor
        // What a reading has brought to its end may be for the next round.
        wantRound()
        return summary
    }

    private func note(_ news: AccountMachine.News, of account: LifeAccount) {
        switch news {
        case .problem(let problem, let name): note("  \(account.name) \(name): \(problem.remedy)")
        case .presence(let notice, let name): note("! \(account.name) \(name): \(notice)")
        case .held(let held, let name): note("! \(account.name) \(name): \(held)")
        case .storeFailed(let task, let name, _): note("  \(account.name) \(name): the store fails to \(task)")
        case .apiResumed: note("! \(account.name): the API is tried again")
        case .api, .committed, .instanceLearned, .rests, .planned, .planWaits: break
        }
    }
}

extension SimulatedLife {
    /// From when on changes are news. Of a start from now, by the clock that stamps them: what was there before the first
    /// answer is none, whichever clock was behind. Without a `Date` that is only known of what the page itself shows.
    private func threshold(of page: PageCommit, in account: LifeAccount) -> NewsThreshold {
        guard case .now = account.scenario.start, let (result, answeredAt) = account.answers[page.plan.name] else {
            return page.progress.newsThreshold
        }
        guard let date = try? result.get().date else {
            guard !account.scenario.quirks.sendsDate else { return page.progress.newsThreshold }
            return .since((answeredAt + account.world.quirks.clockOffset).wholeSecond + .seconds(1))
        }
        let stamping = min(date - account.world.quirks.dateAhead, answeredAt + account.world.quirks.clockOffset)
        return .since(stamping.wholeSecond + .seconds(1))
    }
}

extension RequestTarget {
    fileprivate var forPeople: String {
        path + (query.isEmpty ? "" : "?" + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&"))
    }
}

extension PresenceFinding {
    fileprivate var forPeople: String {
        let counted = tally.map { "\($0.listed) listed, \($0.suspects) suspects, \($0.rechecks.count) rechecks" } ?? "-"
        let compared = comparison.map {
            ", rank \($0.rank), \($0.missing) missing, \($0.returned) returned, \($0.strangers.count) strange"
        }
        return counted + (compared ?? "")
    }
}

extension CommitSummary {
    fileprivate var forPeople: String {
        "\(records) records, \(learned) learned, \(created) created, \(updated) updated, \(deleted) deleted"
            + (presence.map { "; \($0.forPeople)" } ?? "")
    }
}
