// The daemon as its admin server sees it.

import AdminHTTP
import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Operations

struct SupervisedDesk: AdminDesk {
    private let supervisor: Supervisor
    private let version: String
    private let clock: SteadyClock
    private let visits: VisitingDesk
    private let look: SharedLook<StoreStatus>

    init(supervisor: Supervisor, storePath: String, version: String, clock: SteadyClock) {
        self.supervisor = supervisor
        self.version = version
        self.clock = clock
        visits = VisitingDesk(storePath: storePath, clock: clock)
        look = SharedLook(now: { clock.now }) {
            guard let desk = supervisor.desk, let (account, plan) = supervisor.one else { throw NothingRuns() }
            let endpoints = plan.endpoints.map(\.settings.name)
            return try await desk.look { try account.store.status(endpoints: endpoints) }
        }
    }

    func ask<Asked: Question>(_ question: Asked) async throws -> Asked.Answer {
        let account = try polled
        return try await visits.ask(question, of: account)
    }

    func leave<Asked: Command>(_ command: Asked) async throws -> Asked.Answer {
        let account = try polled
        let answer = try await visits.leave(command, with: account)
        supervisor.one?.account.nudgeOperator()
        return answer
    }

    private var polled: Plan.Account {
        get throws {
            guard let account = supervisor.one?.plan else {
                throw DeskBusy(reason: "Nothing is polled at this moment; ask again later.")
            }
            return account
        }
    }

    func reasonsNotReady() async -> [String] {
        let troubles = (supervisor.desk?.troubles ?? []).map { "the state store: \($0.words)" }.sorted()
        guard let account = supervisor.one?.plan else { return troubles + ["nothing is polled yet"] }
        let now = clock.now
        guard let seen = await look.seen(within: Limits.metricsMayWait), now - seen.time < Limits.statusIsOld else {
            return troubles + ["the state store: it could not be read for \(Limits.statusIsOld) or longer"]
        }
        return troubles
            + Readiness(
                report(of: seen.answer, account, at: now), polled: account.polling.resources.map(\.name),
                runsFor: Int((now - clock.startedAt).inSeconds)
            ).reasons
    }

    func hint(_ resource: String) -> Bool { supervisor.hint(resource) }

    func metrics() async throws -> String {
        let seen = await look.seen(within: Limits.metricsMayWait)
        let now = clock.now
        var metrics = MetricsText(
            supervisor.desk?.troubles ?? [], age: seen.map { now - $0.time }, version: version,
            startedAt: clock.startedAt)
        guard let status = seen?.answer, let polling = supervisor.one?.plan else { return metrics.text }
        let budget = RequestBudget(terms: polling.budget, memory: status.budget, at: now)
        metrics.add(status, allowed: budget.allowance(at: now), overlap: polling.polling.overlap, at: now)
        metrics.add(report(of: status, polling, at: now))
        return metrics.text
    }

    private func report(of status: StoreStatus, _ account: Plan.Account, at now: Instant) -> StatusReport {
        StatusReport(
            status, api: account.api, polling: account.polling, storePath: "", hasDaemon: true, at: now)
    }

    private struct NothingRuns: Error, CustomStringConvertible {
        var description: String { "nothing is polled yet" }
    }
}
