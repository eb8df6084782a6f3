// How the daemon of a life delivers: what its endpoint's machine asks for is performed here.

import ChangeFeed
import ChangeStore

extension SimulatedLife {
    func deliver() throws {
        let effects = process?.delivery.effects(at: daemonNow, chance: &random) ?? []
        for effect in effects {
            switch effect {
            case .post(let attempt): try post(attempt)
            case .mayRepeat(let attempt, let departure):
                schedule(.postArrives(attempt), after: max(.zero, departure - daemonNow))
            case .store(let verb, let question): try ask(.delivery(verb, question: question))
            case .putBack(let deliveries): process?.store.putBack(deliveries)
            case .goBy: break
            case .tell(let news): note(news)
            }
        }
    }

    /// Now and then a kept connection turns out to have ended, and the request is made once more.
    private func post(_ attempt: Attempt) throws {
        if isGone { throw BrokenPromise(complaints: ["#\(attempt.delivery.sequence) was sent after a 410"]) }
        guard !random.chance(0.03) else {
            process?.delivery.post(.asksToRepeat(attempt), at: daemonNow + random.duration(upTo: .milliseconds(20)))
            return
        }
        schedule(.postArrives(attempt), after: random.duration(upTo: .milliseconds(100)))
    }

    func carryOut(_ verb: EndpointMachine.Verb) throws -> EndpointMachine.Answer {
        guard let process else { return .done }
        switch verb {
        case .settle(let reports, let holdUntil, let health, let now):
            try process.store.settle(reports, of: process.endpoint, holdUntil: holdUntil, health: health, at: now)
            if reports.contains(where: { $0.outcome.status == 410 }) { isGone = true }
            return .done
        case .resume:
            try process.store.resume(process.endpoint)
            return .done
        case .giveUp: throw BrokenPromise(complaints: ["an event cannot be read in a store that was never damaged"])
        case .claim(let admission, let admitsReplays, let now):
            return .claimed(
                try process.store.claim(of: process.endpoint, admission, admittingReplays: admitsReplays, at: now))
        case .adopt(let plan, let now):
            return .adopted(
                try process.store.endpoint(
                    named: process.endpoint.name, rules: scenario.rules, target: plan.terms.target,
                    longestWait: plan.terms.policy.schedule.longestWait, at: now
                ).adoption)
        case .look(let replaysOpen, let now):
            return .waiting(try process.store.waiting(of: process.endpoint, replaysOpen: replaysOpen, at: now))
        }
    }

    private func note(_ news: EndpointMachine.News) {
        switch news {
        case .attempted(let attempt, _, let outcome):
            note("  #\(attempt.delivery.sequence) attempt \(attempt.number): \(outcome.verdict)")
        case .gaveUp(let attempt): note("  #\(attempt.delivery.sequence) is given up")
        case .health(let before, let health):
            guard before.circuit != health.circuit || before.disabled != health.disabled else { return }
            note("  the circuit is \(health.circuit), \(health.disabled.map { "\($0)" } ?? "in use")")
        case .shortage, .shortageIsOver, .gaveUpUnreadable, .lacksDictionary, .planned: break
        case .resumed: note("! resumed")
        case .storeFailed(let reason): note("  deliveries wait for the store: \(reason)")
        }
    }

    /// A command beside the daemon asks for some of the log once more.
    func askForReplay() throws {
        guard !isPeaceful else { return }
        schedule(.replay, after: .minutes(random.within(1...8)))
        guard !committedAt.isEmpty else { return }
        var selection = ReplaySelection()
        let first = random.within(1...committedAt.count)
        if random.chance(0.7) { selection.sequences = first...(first + random.within(0...20)) }
        note("! events \(selection.sequences.map { "\($0)" } ?? "all") are to be sent again")
        try StoreVisitor(path: storePath, isReadOnly: false)
            .requestReplay(of: selection, eventsPerSecond: random.element(of: [0.2, 2, 50]))
    }

    /// A few of what was asked for, as the daemon does it.
    func replay() throws {
        guard let process, !process.isStopping else { return }
        while try process.store.carryOnReplay(to: [process.endpoint], limit: 5, at: daemonNow) != nil {
            self.process?.delivery.post(.wake, at: daemonNow)
            try mayEnd()
        }
    }

    func openDeliveries() throws -> Int {
        guard let process else { return 0 }
        return try process.store.queueDepth(of: process.endpoint).open
    }
}
