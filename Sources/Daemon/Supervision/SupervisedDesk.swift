// The daemon as its admin server sees it.

import AdminHTTP
import ChangeFeed
import DaemonConfiguration
import EventStore
import Operations
import Synchronization

struct SupervisedDesk: AdminDesk {
    private let supervisor: Supervisor
    private let led: LedAccounts
    private let forwarded = ForwardedHints()
    /// Heeded by all that begins.
    private let permit: BeginPermit
    private let version: String
    private let clock: SteadyClock
    private let visits: VisitingDesk
    /// Of each trouble that the store may have.
    private let words: [StoreTrouble: String]
    /// Of the accounts, by their names in the store; nil: it cannot be read.
    private let look: SharedLook<[String: StoreStatus?]>
    /// The account that is meant; nil: the only one.
    private var name: String?

    init(
        supervisor: Supervisor, led: LedAccounts, permit: BeginPermit, store: any StoreLocation, version: String,
        clock: SteadyClock
    ) {
        self.supervisor = supervisor
        self.led = led
        self.permit = permit
        self.version = version
        self.clock = clock
        words = store.words
        visits = VisitingDesk(store, clock: clock)
        look = SharedLook(now: { clock.now }) {
            let polled = supervisor.polled
            guard let desk = supervisor.desk, !polled.isEmpty else { throw NothingRuns() }
            return try await desk.look { try Self.statuses(of: polled, in: desk.store) }
        }
    }

    /// One that cannot be read keeps nobody from being told of the others.
    private static func statuses(
        of polled: [Supervisor.Polled], in store: any StateStore
    ) throws -> [String: StoreStatus?] {
        var statuses: [String: StoreStatus?] = [:]
        var last: (any Error)?
        for account in polled {
            let endpoints = account.plan.endpoints.map(\.settings.name)
            do {
                statuses[account.name] = try account.running.store.status(endpoints: endpoints)
            } catch {
                // What passes is waited for, and is none of this account's.
                if store.failure(behind: error)?.trouble.passes == true { throw error }
                statuses[account.name] = .some(nil)
                last = error
            }
        }
        if let last, statuses.values.allSatisfy({ $0 == nil }) { throw last }
        return statuses
    }

    var accounts: [String] { planned.compactMap(\.plan.title) }

    private var planned: [Supervisor.Planned] { supervisor.planned(led.plan) }

    func desk(of name: String?) throws -> any AdminDesk {
        var desk = self
        desk.name = name
        return desk
    }

    func ask<Asked: Question>(_ question: Asked) async throws -> Asked.Answer {
        let account = try chosen
        return try await visits.ask(question, of: account.plan, named: account.name)
    }

    func leave<Asked: Command>(_ command: Asked) async throws -> Asked.Answer {
        let account = try chosen
        let answer = try await visits.leave(command, with: account.plan, named: account.name)
        account.running?.nudgeOperator()
        return answer
    }

    private var chosen: Supervisor.Planned {
        get throws {
            let planned = planned
            if let name {
                guard let chosen = planned.first(where: { $0.plan.title == name }) else {
                    throw OperationProblem.unknownAccount(name)
                }
                return chosen
            }
            guard let only = planned.first else {
                throw DeskBusy(reason: "Nothing is polled at this moment; ask again later.")
            }
            guard planned.count == 1 else { throw OperationProblem.severalAccounts(planned.compactMap(\.plan.title)) }
            return only
        }
    }

    func reasonsNotReady() async -> [NotReady] {
        let troubles = (supervisor.desk?.troubles ?? []).map { words[$0] ?? $0.rawValue }
            .map { NotReady("the state store: \($0)") }.sorted { $0.reason < $1.reason }
        let polled = supervisor.polled
        guard permit.isValid else {
            return troubles + [NotReady("no account may be worked for: no renewal of its leases came back in time")]
        }
        // Of accounts that daemons share, all may be with the others.
        guard !polled.isEmpty else { return led.isShared ? troubles : troubles + [NotReady("nothing is polled yet")] }
        let now = clock.now
        guard let seen = await look.seen(within: Limits.metricsMayWait), now - seen.time < Limits.statusIsOld else {
            // What is known to be wrong with it says why.
            return troubles.isEmpty ? [NotReady("the state store: it could not be read just now")] : troubles
        }
        let runsFor = Int((now - clock.startedAt).inSeconds)
        return troubles
            + polled.flatMap { account -> [NotReady] in
                // One that has just begun was not looked at yet.
                guard let found = seen.answer[account.name] else { return [] }
                guard let status = found else {
                    let reason = "the state store: what it holds of this account cannot be read; ask for its status"
                    return [NotReady(account: account.plan.title, reason)]
                }
                let readiness = Readiness(
                    report(of: status, account.plan, at: now), polled: account.plan.polling.resources.map(\.name),
                    runsFor: runsFor)
                return readiness.reasons.map { NotReady(account: account.plan.title, $0) }
            }
    }

    func hint(_ resource: String) throws -> Bool {
        let (account, name) = (try chosen, ResourceName(resource))
        if let running = account.running { return running.polls.hint(name) }
        // Whoever leads it finds the hint in the store.
        guard account.plan.polling.resources.contains(where: { $0.name.canonical == name.canonical }) else {
            return false
        }
        guard forwarded.lets(name, of: account.name, at: clock.now) else { return true }
        Task { [visits] in try? await visits.leave(PollNow(resource), with: account.plan, named: account.name) }
        return true
    }

    /// How many accounts, and none by its name: anybody may ask.
    var signsOfLife: [String] {
        guard let standing = led.standing else { return [] }
        return [
            "leads: \(standing.led.count.counted("account"))", "take-overs: \(standing.takenOver)",
            "lost: \(standing.lost)",
        ]
    }

    func metrics() async throws -> String {
        let seen = await look.seen(within: Limits.metricsMayWait)
        let now = clock.now
        var metrics = MetricsText(
            supervisor.desk?.troubles ?? [], of: Set(words.keys), age: seen.map { now - $0.time }, version: version,
            startedAt: clock.startedAt)
        if let standing = led.standing {
            metrics.add(standing, configured: led.plan.accounts.count, isResting: !permit.isValid)
        }
        for account in supervisor.polled {
            guard let status = seen?.answer[account.name] ?? nil else { continue }
            let plan = account.plan
            let budget = RequestBudget(terms: plan.budget, memory: status.budget, at: now)
            metrics.account = plan.title
            if let lease = led.standing?.led[account.name] { metrics.add(lease) }
            metrics.add(status, allowed: budget.allowance(at: now), overlap: plan.polling.overlap, at: now)
            metrics.add(report(of: status, plan, at: now))
        }
        return metrics.text
    }

    private func report(of status: StoreStatus, _ account: Plan.Account, at now: Instant) -> StatusReport {
        StatusReport(
            status, api: account.api, polling: account.polling, store: "", hasDaemon: true, at: now)
    }

    private struct NothingRuns: Error, CustomStringConvertible {
        var description: String { "nothing is polled yet" }
    }
}

/// Hints for accounts that other daemons lead: one each, as long as a poll gathers them.
private final class ForwardedHints: Sendable {
    private let sieves = Mutex<[String: HintSieve]>([:])

    func lets(_ resource: ResourceName, of account: String, at now: Instant) -> Bool {
        sieves.withLock { $0[account, default: HintSieve()].lets(resource, at: now) }
    }
}
