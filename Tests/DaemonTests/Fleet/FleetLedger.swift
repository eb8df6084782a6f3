// What several daemons do for accounts, written down in one place by one clock, and judged there.

import ChangeFeed
import Fleet
import Synchronization

@testable import Daemon

/// The work of all daemons of a test. It knows nothing of how they decide.
final class FleetLedger: Sendable {
    struct Work: Sendable, Equatable {
        let epoch: Int
        var rests = false
    }

    struct Pages: Sendable {
        /// For each daemon, what has begun and not ended.
        var working: [DaemonID: [String: Work]] = [:]
        var losses: [DaemonID: Set<String>] = [:]
        /// Accounts of which the work does not end until it is let to, and who waits for that.
        var unending: Set<String> = []
        var waiting: [String: @Sendable () -> Void] = [:]
        var complaints: [String] = []
        fileprivate var highest: [String: Int] = [:]
        fileprivate var permits: [DaemonID: BeginPermit] = [:]

        func counts(_ ids: DaemonID...) -> [Int] { ids.map { working[$0]?.count ?? 0 } }
    }

    private let pages = Mutex(Pages())
    private let changes = Mutex<[AsyncStream<Void>.Continuation]>([])

    var complaints: [String] { pages.withLock(\.complaints) }

    /// Returns once the condition holds, which is looked at whenever something has changed.
    func waits(until condition: @Sendable (Pages) -> Bool) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        changes.withLock { $0.append(continuation) }
        continuation.yield()
        for await _ in stream where pages.withLock({ condition($0) }) { return }
    }

    func commands(of id: DaemonID, _ permit: BeginPermit) -> any FleetCommands {
        pages.withLock { $0.permits[id] = permit }
        return Commands(id: id, ledger: self)
    }

    func keep(_ account: String) { change { $0.unending.insert(account) } }

    func letEnd(_ account: String) {
        change { pages in
            pages.unending.remove(account)
            return pages.waiting.removeValue(forKey: account)
        }?()
    }

    @discardableResult
    fileprivate func change<Answer>(_ body: (inout Pages) -> Answer) -> Answer {
        let answer = pages.withLock { body(&$0) }
        for change in changes.withLock({ $0 }) { change.yield() }
        return answer
    }
}

extension FleetLedger.Pages {
    fileprivate mutating func leads(_ lease: Lease, _ id: DaemonID) {
        if working[id]?[lease.account] != nil { complaints.append("\(id) begins \(lease.account) twice") }
        if lease.epoch <= highest[lease.account] ?? 0 { complaints.append("\(lease) has been led before") }
        for (other, accounts) in working where other != id && accounts[lease.account] != nil {
            // Whatever it believes, by this clock it may begin nothing.
            if permits[other]?.isValid ?? true { complaints.append("\(other) and \(id) lead \(lease.account)") }
        }
        highest[lease.account] = lease.epoch
        working[id, default: [:]][lease.account] = FleetLedger.Work(epoch: lease.epoch)
    }

    fileprivate mutating func rests(_ account: String, _ id: DaemonID, _ rests: Bool) {
        if working[id]?[account]?.rests != !rests { complaints.append("\(id) rests or goes on with \(account) twice") }
        working[id]?[account]?.rests = rests
    }
}

private struct Commands: FleetCommands {
    let id: DaemonID
    let ledger: FleetLedger

    func lead(_ lease: Lease) { ledger.change { $0.leads(lease, id) } }
    func rest(_ account: String) { ledger.change { $0.rests(account, id, true) } }
    func goOn(_ account: String) { ledger.change { $0.rests(account, id, false) } }

    func stop(_ account: String, ended: @escaping @Sendable () -> Void) {
        let isKept = ledger.change { pages in
            guard pages.unending.contains(account) else { return false }
            pages.waiting[account] = { end(account, ended) }
            return true
        }
        if !isKept { Task { end(account, ended) } }
    }

    func lose(_ account: String, ended: @escaping @Sendable () -> Void) {
        ledger.change { $0.losses[id, default: []].insert(account) }
        Task { end(account, ended) }
    }

    private func end(_ account: String, _ ended: @Sendable () -> Void) {
        ledger.change { $0.working[id]?[account] = nil }
        ended()
    }
}
