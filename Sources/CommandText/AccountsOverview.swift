// The accounts of a daemon, a line each: which of them needs somebody.

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
        let daemon = accounts.first?.status.daemonWords ?? ""
        return ["daemon  \(daemon)", ""] + rows(on: screen)
            + [
                "",
                troubled == 0
                    ? "none needs attention"
                    : "\(troubled) of \(accounts.count) need attention: `insightly-webhooks status\(options) --account NAME` says what",
            ]
    }

    private func rows(on screen: Screen) -> [String] {
        var table = Table([
            .init("ACCOUNT", least: 8), .init("RECORDS", isNumber: true), .init("EVENTS", isNumber: true),
            .init("WAITING", isNumber: true), .init("DEAD", isNumber: true), .init("BEHIND", isNumber: true),
            .init("NEEDS", least: 12),
        ])
        for (name, status) in accounts {
            let lag = status.resources.compactMap(\.lagSeconds).max()
            let words = status.attention.first?.words
            table.add([
                Phrase(name), Phrase(String(status.resources.reduce(0) { $0 + $1.recordsKnown })),
                Phrase(String(status.queue.lastSequence)), Phrase(String(status.queue.open)),
                Phrase(String(status.queue.deadLetters), status.queue.deadLetters > 0 ? .warning : nil),
                Phrase(lag.map { "\($0) s" } ?? "-"), Phrase(words ?? "", words == nil ? nil : .warning),
            ])
        }
        return table.lines(on: screen)
    }
}
