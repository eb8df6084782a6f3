// How the daemon of a life delivers: what its endpoint's machine asks for is performed here.

import ChangeFeed
import ChangeOracle
import EventStore
import SimulatedWorld
import VirtualTime

extension SimulatedLife {
    func deliver(_ endpoint: LifeEndpoint) throws {
        let index = endpoint.index
        let effects = process?.delivery[index]?.loop.effects(at: daemonNow, chance: &random) ?? []
        for effect in effects {
            switch effect {
            case .post(let attempt): try post(attempt, to: endpoint)
            case .mayRepeat(let attempt, let departure):
                schedule(.postArrives(endpoint: index, attempt), after: max(.zero, departure - daemonNow))
            case .store(let verb, let question):
                // What is known of the receiver is forgotten by who asks for this, whatever becomes of it in the store.
                if case .resume = verb { endpoint.isDisabled = false }
                try ask(.delivery(endpoint: index, verb, question: question))
            case .putBack(let deliveries): process?.stores[endpoint.account.index].putBack(deliveries)
            case .goBy: break
            case .tell(let news): note(news, of: endpoint)
            }
        }
    }

    /// Now and then a kept connection turns out to have ended, and the request is made once more.
    private func post(_ attempt: Attempt, to endpoint: LifeEndpoint) throws {
        if endpoint.isDisabled {
            throw BrokenPromise(complaints: [
                "#\(attempt.delivery.sequence) was sent to \(endpoint.name), which wants nothing more"
            ])
        }
        let index = endpoint.index
        let id = attempt.delivery.id
        // A process that goes on knows what it sent, whatever fails.
        if process?.delivery[index]?.taken.contains(id) == true {
            try complain(["#\(attempt.delivery.sequence) was sent again though it was taken"], of: endpoint)
        }
        if process?.delivery[index]?.underWay.insert(id).inserted == false {
            try complain(["#\(attempt.delivery.sequence) was sent while it was under way"], of: endpoint)
        }
        guard !random.chance(0.03) else {
            process?.delivery[index]?.loop.post(
                .asksToRepeat(attempt), at: daemonNow + random.duration(upTo: .milliseconds(20)))
            return
        }
        schedule(.postArrives(endpoint: index, attempt), after: random.duration(upTo: .milliseconds(100)))
    }

    func carryOut(_ verb: EndpointMachine.Verb, of endpoint: LifeEndpoint) throws -> EndpointMachine.Answer {
        guard let process, let stored = process.delivery[endpoint.index]?.endpoint else { return .done }
        let store = process.stores[endpoint.account.index]
        switch verb {
        case .settle(let reports, let holdUntil, let health, let now):
            try store.settle(reports, of: stored, holdUntil: holdUntil, health: health, at: now)
            try settled(reports, of: endpoint)
            return .done
        case .resume:
            try store.resume(stored)
            endpoint.isDisabledInStore = false
            return .done
        case .giveUp: throw BrokenPromise(complaints: ["an event cannot be read in a store that was never damaged"])
        case .claim(let admission, let admitsReplays, let now):
            return .claimed(
                try store.claim(of: stored, admission, admittingReplays: admitsReplays, at: now))
        case .adopt(let plan, let now): return .adopted(try adopt(plan, of: endpoint, at: now))
        case .look(let replaysOpen, let now):
            return .waiting(try store.waiting(of: stored, replaysOpen: replaysOpen, at: now))
        }
    }

    private func settled(_ reports: [AttemptReport], of endpoint: LifeEndpoint) throws {
        for report in reports {
            if report.outcome.disablesEndpoint { (endpoint.isDisabled, endpoint.isDisabledInStore) = (true, true) }
            guard report.disposition == .dead, let sequence = endpoint.sequences[report.deliveryID] else { continue }
            try complain(endpoint.judge.gaveUp(sequence, delivery: report.deliveryID), of: endpoint)
        }
    }

    private func note(_ news: EndpointMachine.News, of endpoint: LifeEndpoint) {
        switch news {
        case .attempted(let attempt, _, let outcome):
            note("  \(endpoint.name) #\(attempt.delivery.sequence) attempt \(attempt.number): \(outcome.verdict)")
        case .gaveUp(let attempt): note("  \(endpoint.name) #\(attempt.delivery.sequence) is given up")
        case .health(let before, let health):
            guard before.circuit != health.circuit || before.disabled != health.disabled else { return }
            if before.circuit.name != "open", health.circuit.name == "open" { endpoint.circuitOpenings.append(now) }
            note(
                "  the circuit of \(endpoint.name) is \(health.circuit), \(health.disabled.map { "\($0)" } ?? "in use")"
            )
        case .shortage, .shortageIsOver, .gaveUpUnreadable, .lacksDictionary, .planned: break
        case .resumed: note("! \(endpoint.name) is resumed")
        case .storeFailed(let reason): note("  deliveries to \(endpoint.name) wait for the store: \(reason)")
        }
    }

    func openDeliveries() throws -> Int {
        guard let process else { return 0 }
        return try accounts.reduce(0) { sum, account in
            try process.endpoints(of: account.index).reduce(sum) {
                try $0 + process.stores[account.index].queueDepth(of: $1).open
            }
        }
    }
}

extension AttemptOutcome {
    /// Whether the receiver said that it wants nothing more.
    fileprivate var disablesEndpoint: Bool { !isSuccess && (status == 410 || directive == .disable) }
}
