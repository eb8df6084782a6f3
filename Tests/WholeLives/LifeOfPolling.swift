// How the daemon of a life polls: the one place here that knows the feed and the verbs it is kept by.

import ChangeFeed
import ChangeStore
import SimulatedWorld

extension SimulatedLife {
    func sendRequests() throws {
        while case .send(let name, let request)? = process?.feed.next(at: daemonNow), let process {
            try mayDie()
            if diskIsFull() {
                note("  \(name): the request cannot be counted")
                self.process?.feed.notSent(name, at: daemonNow, jitter: random.fraction())
                continue
            }
            try process.store.count(
                request, of: process.account, memory: process.feed.memory, at: daemonNow)
            try mayDie()
            self.process?.feed.departed(at: daemonNow)
            note("→ \(name) \(request.target.forPeople)")
            // Now and then a connection has to be opened first, through a slow network.
            let way: Duration = random.chance(0.2) ? .seconds(2) : .milliseconds(100)
            schedule(.requestArrives(name, request), after: random.duration(upTo: way))
        }
        if case .wait(let until)? = process?.feed.next(at: daemonNow) {
            pollAlarm = until.map { $0 - skew }
        }
    }

    /// What the operator has decided, and what was too much for one transaction.
    func settleUnstamped() throws {
        guard let process else { return }
        try mayDie()
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
    }

    func take(_ result: APIResult, for name: ResourceName) throws {
        guard let process else { return }
        let jitter = random.fraction()
        let result = result.map { response in
            var response = response
            response.receivedAt = daemonNow + scenario.wallStep
            return response
        }
        switch self.process?.feed.receive(result, for: name, at: daemonNow, jitter: jitter) {
        case .problem(let problem)?:
            note("  \(name): \(problem.remedy)")
            try process.store.remember(self.process?.feed.memory ?? .init(), of: process.account)
        case .commit(let page)?:
            try mayDie()
            if diskIsFull() {
                note("  \(name): the page cannot be stored")
                self.process?.feed.commitFailed(page, at: daemonNow, jitter: jitter)
                return
            }
            let summary = try process.store.commit(
                page, of: process.account, to: [process.endpoint], detectedAt: daemonNow + scenario.wallStep,
                at: daemonNow)
            committedAt += Array(repeating: now, count: summary.events)
            for seen in page.records { sightings["\(name)/\(seen.id)", default: []].append(now) }
            polledAt[name] = page.progress.polledAt.map { $0 - skew }
            thresholds[name] = thresholds[name] ?? threshold(of: page, result)
            if scenario.lookout != .polls { seen[name, default: []].formUnion(page.records.map(\.id)) }
            note("= \(name): \(summary.forPeople), cursor \(page.progress.cursor.iso8601)")
            try mayDie()
            for notice in self.process?.feed.committed(page, summary, at: daemonNow) ?? [] {
                note("! \(name): \(notice)")
            }
            if let held = summary.held { note("! \(name): \(held)") }
        case nil:
            break
        }
    }
}

extension SimulatedLife {
    /// From when on changes are news. Of a start from now, by the clock that stamps them: what was there before the first
    /// answer is none, whichever clock was behind.
    private func threshold(of page: PageCommit, _ result: APIResult) -> NewsThreshold {
        guard case .now = scenario.start, let date = try? result.get().date else { return page.progress.newsThreshold }
        let stamping = min(date - world.quirks.dateAhead, now + world.quirks.clockOffset)
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
