// The accounts of a daemon, a line each: which of them needs somebody.

import ChangeFeed
import Operations

/// For a configuration that names accounts.
package struct AccountsOverview {
    private let accounts: [(name: String, status: StatusReport)]

    package init(_ accounts: [(name: String, status: StatusReport)]) {
        self.accounts = accounts
    }

    /// - Parameter options: that the commands need which are recommended, each with a space before it.
    package func lines(on screen: Screen, recommending options: String = "") -> [String] {
        let troubled = accounts.count { !$0.status.attention.isEmpty }
        return ["daemon  \(daemonWords)", ""] + rows(on: screen)
            + [
                "",
                troubled == 0
                    ? "none needs attention"
                    : "\(troubled) of \(accounts.count) need attention: `insightly-webhooks status\(options) --account NAME` says what",
            ]
    }

    /// How many daemons share the store; nil where it is one daemon's alone.
    private var daemons: Int? { accounts.compactMap(\.status.daemons).max() }

    /// What is true of all accounts.
    private var daemonWords: String {
        guard let daemons, daemons > 0 else { return accounts.first?.status.daemonWords ?? "" }
        let led = accounts.count { $0.status.leader != nil }
        return "\(daemons.counted("daemon")) on this store; \(led) of \(accounts.count.counted("account")) led"
    }

    private func rows(on screen: Screen) -> [String] {
        let leaders: [Table.Column] = daemons == nil ? [] : [.init("LED BY", least: 8, isSpare: true)]
        var table = Table(
            [.init("ACCOUNT", least: 8)] + leaders + [
                .init("RECORDS", isNumber: true), .init("EVENTS", isNumber: true), .init("WAITING", isNumber: true),
                .init("DEAD", isNumber: true), .init("BEHIND", isNumber: true), .init("NEEDS", least: 12),
            ])
        for (name, status) in accounts {
            let lag = status.resources.compactMap(\.lagSeconds).max()
            let needed = status.attention.first?.brief
            let leader = Phrase(status.leader?.briefly ?? "nobody", status.leader == nil ? .warning : nil)
            table.add(
                [Phrase(name)] + (daemons == nil ? [] : [leader]) + [
                    Phrase(String(status.resources.reduce(0) { $0 + $1.recordsKnown })),
                    Phrase(String(status.queue.lastSequence)), Phrase(String(status.queue.open)),
                    Phrase(String(status.queue.deadLetters), status.queue.deadLetters > 0 ? .warning : nil),
                    Phrase(lag.map { "\($0) s" } ?? "-"), Phrase(needed ?? "", needed == nil ? nil : .warning),
                ])
        }
        return table.lines(on: screen)
    }
}

extension StatusReport.Leader {
    /// The machine and the process of it, without what all of them are called.
    fileprivate var briefly: String {
        let common = "insightly-webhooks "
        return daemon.hasPrefix(common) ? String(daemon.dropFirst(common.count)) : daemon
    }
}
