// How the daemon of a life carries out what it is asked for: a step each, as often as there is more to do.

import ChangeFeed
import ChangeOracle
import EventStore
import SimulatedWorld
import VirtualTime

// Each says whether there is more to do at once.
extension SimulatedLife {
    func resumeAsAsked() throws -> Bool {
        guard let process else { return false }
        for (index, delivery) in process.delivery.enumerated() {
            let store = process.stores[endpoints[index].account.index]
            guard let delivery, try store.isResumptionRequested(of: delivery.endpoint) else { continue }
            self.process?.delivery[index]?.loop.post(.resume, at: daemonNow)
        }
        for (index, store) in process.stores.enumerated() where try store.isAPIResumptionRequested() {
            self.process?.polling[index].loop.post(.resumeAPI, at: daemonNow)
        }
        return false
    }

    func pollAsAsked(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        for name in try process.stores[account.index].takePollRequests().names {
            note("  \(account.name) \(name): polled next")
            self.process?.polling[account.index].loop.post(.pollNow(name), at: daemonNow)
        }
        return false
    }

    /// Also what waits for endpoints that are not configured for the time.
    func giveUpAsAsked(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let (store, known) = (process.stores[account.index], process.endpoints(of: account.index))
        var hasMore = false
        for stored in known + (try store.endpointsToGiveUp(besides: known)) {
            let step = try store.giveUpWhatWasAsked(of: stored, limit: 5, at: daemonNow)
            guard let endpoint = endpoints.first(where: { $0.account === account && $0.scenario.name == stored.name })
            else { continue }
            for delivery in step.deliveries {
                note("  \(endpoint.name) #\(delivery.sequence) is given up as was asked")
                endpoint.judge.excuse(delivery.sequence, delivery: delivery.id)
            }
            hasMore = hasMore || step.hasMore
            guard !step.deliveries.isEmpty || step.ofQueue > 0 else { continue }
            self.process?.delivery[endpoint.index]?.loop.post(.wake, at: daemonNow)
        }
        return hasMore
    }

    func releaseAsAsked(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let asked = Set(try process.stores[account.index].requestedReleases().names)
        for name in asked.subtracting(process.released[account.index]).sorted(by: { $0.text < $1.text }) {
            note("  \(account.name) \(name): the deletes are released")
            self.process?.polling[account.index].loop.post(.release(name), at: daemonNow)
        }
        self.process?.released[account.index] = asked
        return false
    }

    /// What the operator has decided about what is held.
    func decideAsAsked(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let step = try process.stores[account.index].carryOutDecision(
            limit: scenario.hasOperator ? 5 : Limits.decidedAtOnce)
        guard let decision = step.done else { return step.hasMore }
        note("  \(account.name) \(decision.name): \(decision.isDismissed ? "dismissed" : "released")")
        if decision.isDismissed, let object = SimulatedObject(named: decision.name.text) {
            account.watch.dismiss(object, at: now)
        }
        if decision.dismissesDeletes {
            self.process?.polling[account.index].loop.post(.dismiss(decision.name), at: daemonNow)
        }
        return step.hasMore
    }

    func judgeOverdue(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let polling = process.polling[account.index]
        for overdue in try process.stores[account.index].judgeOverdueUnstamped(
            polling.plans, waitingFor: account.scenario.sweepInterval ?? .hours(24),
            at: daemonNow)
        {
            note(
                "! \(account.name) \(overdue.resource): overdue \(overdue.reading), held \(overdue.held?.records ?? 0)")
        }
        return false
    }

    /// What was too much for one transaction.
    func settleUnstamped(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let polling = process.polling[account.index]
        let step = try process.stores[account.index].settleUnstamped(
            polling.plans, to: process.endpoints(for: account.index),
            limit: Limits.unstampedSettledAtOnce, detectedAt: daemonNow + scenario.wallStep, at: daemonNow)
        try readLog(of: account, events: step.told)
        if step.told > 0 { self.process?.wakeDeliveries(at: daemonNow) }
        return step.settled > 0
    }

    /// A few of what was asked to be sent again.
    func replayAsAsked(of account: LifeAccount) throws -> Bool {
        guard let process else { return false }
        let endpoints = process.endpoints(of: account.index)
        let step = try process.stores[account.index].carryOnReplay(to: endpoints, limit: 5, at: daemonNow)
        guard step != nil else { return false }
        self.process?.wakeDeliveries(at: daemonNow)
        return true
    }
}
