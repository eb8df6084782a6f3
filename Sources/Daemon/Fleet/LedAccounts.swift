// Which accounts of the plan this daemon works for: those whose leases it holds.

import ChangeFeed
import DaemonConfiguration
import Fleet
import Logging
import Synchronization

/// Has the supervisor go by the plan as far as it is this daemon's: all of it where the store is nobody else's, and else
/// what is led.
///
/// Plans come by reloads, leases by the fleet; both are taken over one after the other.
final class LedAccounts: FleetCommands {
    private enum Letter: Sendable {
        case changed
        /// A lease is to be given back once this account has ended.
        case end(String, @Sendable () -> Void)
    }

    private struct State {
        /// Of the configuration, whoever leads what is in it.
        var plan = Plan.nothing
        var leases: [String: Lease] = [:]
        /// Of the last lease of each, held or not.
        var epochs: [String: Int] = [:]
        /// Told whenever the accounts of the plan are others.
        var tell: @Sendable (Set<String>) -> Void = { _ in }
        var standing: @Sendable () -> FleetStanding? = { nil }
        /// Has nothing begin for an account any more, at once.
        var halt: @Sendable (String) -> Void = { _ in }
    }

    let isShared: Bool
    private let logger: Logger
    private let state = Mutex(State())
    private let mailbox = Mailbox<Letter>()
    private let turns = Turns()
    /// From an account that could not be started to the next try.
    private static let pause = Duration.seconds(5)

    init(isShared: Bool, logger: Logger) {
        self.isShared = isShared
        self.logger = logger
    }

    /// Of the configuration, whoever leads what is in it.
    var plan: Plan { state.withLock(\.plan) }

    /// Under which an account is written; nil where the store is this daemon's alone.
    ///
    /// Where leases are, there is always one: an account whose lease is lost while it starts would be written under none.
    /// It is written under the last one, and so not at all once somebody else leads it.
    func epoch(of account: String) -> Int? {
        isShared ? state.withLock { $0.epochs[account] } ?? Self.noEpoch : nil
    }

    /// That of no lease.
    private static let noEpoch = -1

    /// What the fleet has done so far; nil where the store is this daemon's alone.
    var standing: FleetStanding? { state.withLock(\.standing)() }

    func standsAs(_ standing: @escaping @Sendable () -> FleetStanding?) { state.withLock { $0.standing = standing } }

    func leads(_ account: String) -> Bool { !isShared || state.withLock { $0.leases[account] != nil } }

    func haltsBy(_ halt: @escaping @Sendable (String) -> Void) { state.withLock { $0.halt = halt } }

    /// Calls `tell` whenever the accounts are others that may be led, from now on.
    func tellsOfPlans(_ tell: @escaping @Sendable (Set<String>) -> Void) {
        state.withLock { $0.tell = tell }
        tell(Set(plan.accounts.keys))
    }

    // MARK: - Plans

    /// Has the supervisor go by a plan of the configuration.
    func take<Answer>(_ plan: Plan, _ go: (Plan) async throws -> Answer) async throws -> Answer {
        try await turns.take {
            let answer = try await go(led(of: plan))
            let tell = state.withLock { state in
                state.plan = plan
                return state.tell
            }
            tell(Set(plan.accounts.keys))
            return answer
        }
    }

    private func led(of plan: Plan) -> Plan {
        guard isShared else { return plan }
        let leases = state.withLock(\.leases)
        var led = plan
        led.accounts = plan.accounts.filter { leases[$0.key] != nil }
        return led
    }

    // MARK: - Leases

    func lead(_ lease: Lease) {
        state.withLock { state in
            state.leases[lease.account] = lease
            state.epochs[lease.account] = lease.epoch
        }
        mailbox.post(.changed)
    }

    /// What begins asks for itself whether it may (`BeginPermit`).
    func rest(_ account: String) {}
    func goOn(_ account: String) {}

    func stop(_ account: String, ended: @escaping @Sendable () -> Void) { end(account, ended) }

    /// What it writes is refused by the store.
    func lose(_ account: String, ended: @escaping @Sendable () -> Void) { end(account, ended) }

    private func end(_ account: String, _ ended: @escaping @Sendable () -> Void) {
        let halt = state.withLock { state in
            state.leases[account] = nil
            return state.halt
        }
        // What follows waits for its turn, and for the store.
        halt(account)
        // Where nobody reads letters any more, nothing runs any more.
        if !mailbox.post(.end(account, ended)) { ended() }
    }

    /// Starts and stops accounts as their leases come and go, until it is cancelled.
    func run(_ supervisor: Supervisor) async {
        await withDiscardingTaskGroup { tasks in
            for await _ in mailbox.signals {
                let letters = mailbox.takeAll()
                let isComplete = await catchUp(supervisor)
                for case .end(let account, let ended) in letters {
                    let latch = supervisor.ending(ofAccount: account)
                    tasks.addTask {
                        await latch?.wait()
                        ended()
                    }
                }
                guard !isComplete else { continue }
                tasks.addTask { [mailbox] in
                    try? await ContinuousClock().sleep(for: Self.pause)
                    mailbox.post(.changed)
                }
            }
            for case .end(_, let ended) in mailbox.close() { ended() }
        }
    }

    /// - Returns: false where an account could not be started.
    private func catchUp(_ supervisor: Supervisor) async -> Bool {
        do {
            return try await turns.take {
                let wanted = led(of: plan)
                // What is to end does not wait for what is to start.
                var kept = supervisor.currentPlan
                kept.accounts = kept.accounts.filter { wanted.accounts[$0.key] != nil }
                _ = try await supervisor.go(to: kept)
                if (try? await supervisor.go(to: wanted)) != nil { return true }
                return try await oneByOne(wanted, supervisor)
            }
        } catch {
            // Only a stop ends the waiting for a turn.
            return true
        }
    }

    /// One that cannot be started keeps no other from it.
    private func oneByOne(_ wanted: Plan, _ supervisor: Supervisor) async throws -> Bool {
        let running = supervisor.currentPlan.accounts
        var isComplete = true
        for (name, account) in wanted.accounts.sorted(by: { $0.key < $1.key }) where running[name] == nil {
            var next = supervisor.currentPlan
            next.accounts[name] = account
            do { _ = try await supervisor.go(to: next) } catch is CancellationError { throw CancellationError() } catch
            {
                logger.error("the account \(name) cannot be started, and is tried again: \(error)")
                isComplete = false
            }
        }
        return isComplete
    }
}

/// Work that is done one after the other, in the order in which it comes.
private final class Turns: Sendable {
    private let last = Mutex<Latch?>(nil)

    /// - Throws: `CancellationError` where the task was cancelled before its turn came.
    func take<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        let own = Latch()
        let before = last.withLock { last in
            defer { last = own }
            return last
        }
        defer { own.open() }
        await before?.wait()
        try Task.checkCancellation()
        return try await work()
    }
}
