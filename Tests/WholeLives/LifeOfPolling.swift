// How the daemon of a life polls: what its account's machine asks for is performed here.

import ChangeFeed
import ChangeStore
import SimulatedWorld

extension SimulatedLife {
    func poll() throws {
        let effects = process?.polling.effects(at: daemonNow, chance: &random) ?? []
        for effect in effects {
            switch effect {
            case .send(let asker, let request):
                note("→ \(request.target.forPeople)")
                // Now and then a connection has to be opened first, through a slow network.
                let way: Duration = random.chance(0.2) ? .seconds(2) : .milliseconds(100)
                schedule(.requestArrives(asker, request), after: random.duration(upTo: way))
            case .store(let verb, let question): try ask(.polling(verb, question: question))
            case .goBy: break
            case .eventsQueued: process?.delivery.post(.wake, at: daemonNow)
            case .tell(let news): note(news)
            case .endOfAnotherInstance(let known, let found):
                throw BrokenPromise(complaints: ["\(found) was taken for another instance than \(known)"])
            }
        }
    }

    /// An answer is there; what it tells of the clocks goes by the wall clock.
    func take(_ result: APIResult, for asker: AccountMachine.Asker) {
        let result = result.map { response in
            var response = response
            response.receivedAt = daemonNow + scenario.wallStep
            return response
        }
        // Only the answer says from when on changes were news, and only its page counts.
        if case .resource(let name) = asker { answers[name] = (result, now) }
        process?.polling.post(.answered(asker, result), at: daemonNow)
    }

    func carryOut(_ verb: AccountMachine.Verb) throws -> AccountMachine.Answer {
        guard let process else { return .done }
        switch verb {
        case .count(_, let request, let memory, let now):
            try process.store.count(request, of: process.account, memory: memory, at: now)
        case .remember(let memory): try process.store.remember(memory, of: process.account)
        case .learn(let instance): try process.store.remember(instance: instance, of: process.account)
        case .resumed(let memory): try process.store.resumed(memory, of: process.account)
        case .adopt(let plan, let now):
            return .adopted(try process.store.memory(adopting: plan.resources, of: process.account, at: now))
        case .commit(let page, let now): return .committed(try commit(page, at: now))
        }
        return .done
    }

    private func commit(_ page: PageCommit, at moment: Instant) throws -> CommitSummary {
        guard let process else { return CommitSummary() }
        let name = page.plan.name
        let summary = try process.store.commit(
            page, of: process.account, to: [process.endpoint], detectedAt: daemonNow + scenario.wallStep, at: moment)
        committedAt += Array(repeating: now, count: summary.events)
        for seen in page.records { sightings["\(name)/\(seen.id)", default: []].append(now) }
        polledAt[name] = page.progress.polledAt.map { $0 - skew }
        thresholds[name] = thresholds[name] ?? threshold(of: page)
        if scenario.lookout != .polls { seen[name, default: []].formUnion(page.records.map(\.id)) }
        note("= \(name): \(summary.forPeople), cursor \(page.progress.cursor.iso8601)")
        return summary
    }

    private func note(_ news: AccountMachine.News) {
        switch news {
        case .problem(let problem, let name): note("  \(name): \(problem.remedy)")
        case .presence(let notice, let name): note("! \(name): \(notice)")
        case .held(let held, let name): note("! \(name): \(held)")
        case .storeFailed(let task, let name, _): note("  \(name): the store fails to \(task)")
        case .apiResumed: note("! the API is tried again")
        case .api, .committed, .instanceLearned, .rests, .planned, .planWaits: break
        }
    }

    /// What the operator has decided, and what was too much for one transaction.
    func settleUnstamped() throws {
        guard let process, !process.isStopping else { return }
        try mayEnd()
        if let decision = try process.store.carryOutDecision(of: process.account, limit: Limits.decidedAtOnce).done {
            note("  \(decision.name): \(decision.isDismissed ? "dismissed" : "released")")
        }
        for overdue in try process.store.judgeOverdueUnstamped(
            of: process.account, process.plans, waitingFor: scenario.sweepInterval ?? .hours(24), at: daemonNow)
        {
            note("! \(overdue.resource): overdue \(overdue.reading), held \(overdue.held?.records ?? 0)")
        }
        let told = try process.store.settleUnstamped(
            of: process.account, process.plans, to: [process.endpoint], limit: Limits.unstampedSettledAtOnce,
            detectedAt: daemonNow + scenario.wallStep, at: daemonNow
        ).told
        committedAt += Array(repeating: now, count: told)
        if told > 0 { self.process?.delivery.post(.wake, at: daemonNow) }
    }
}

extension SimulatedLife {
    /// From when on changes are news. Of a start from now, by the clock that stamps them: what was there before the first
    /// answer is none, whichever clock was behind. Without a `Date` that is only known of what the page itself shows.
    private func threshold(of page: PageCommit) -> NewsThreshold {
        guard case .now = scenario.start, let (result, answeredAt) = answers[page.plan.name] else {
            return page.progress.newsThreshold
        }
        guard let date = try? result.get().date else {
            return scenario.quirks.sendsDate ? page.progress.newsThreshold : .since(stampingClock(at: answeredAt))
        }
        let stamping = min(date - world.quirks.dateAhead, answeredAt + world.quirks.clockOffset)
        return .since(stamping.wholeSecond + .seconds(1))
    }

    private func stampingClock(at moment: Instant) -> Instant {
        (moment + world.quirks.clockOffset).wholeSecond + .seconds(1)
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
