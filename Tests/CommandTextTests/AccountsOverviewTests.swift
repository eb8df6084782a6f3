// The accounts of a daemon, or of several, a line each.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Testing

@testable import CommandText
@testable import Operations

@Suite("The overview of accounts")
struct AccountsOverviewTests {
    private static let now = Instant(secondsSince1970: 1_795_536_000)

    private func report(hasDaemon: Bool = true, sharing: Sharing? = nil) throws -> StatusReport {
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array("{}".utf8), secrets: nothing).outcome.get()
        return StatusReport(
            nil, api: nil, polling: settings.accounts[0].polling, store: "/state.sqlite3", hasDaemon: hasDaemon,
            sharing: sharing, at: Self.now)
    }

    private func led(by holder: String, of daemons: Int) throws -> StatusReport {
        try report(
            sharing: Sharing(
                daemons: daemons,
                leadership: Leadership(holder: "insightly-webhooks \(holder)", epoch: 2, since: Self.now)))
    }

    private func lines(_ accounts: [(name: String, status: StatusReport)]) -> [String] {
        AccountsOverview(accounts).lines(on: .file)
    }

    @Test("Of a store that is one daemon's alone, it says whether that one runs")
    func alone() throws {
        let lines = lines([("acme", try report()), ("wayne", try report())])
        #expect(lines[0] == "daemon  runs")
        #expect(lines[2].firstMatch(of: #/^ACCOUNT +RECORDS/#) != nil, "\(lines)")
        #expect(lines.last == "none needs attention")
    }

    @Test("Of a shared one, how many run, and which of them leads each account")
    func shared() throws {
        let nobody = try report(hasDaemon: false, sharing: Sharing(daemons: 2, leadership: nil))
        let lines = lines([
            ("acme", try led(by: "one 5fgh", of: 2)), ("umbrella", try led(by: "two 2att", of: 2)), ("wayne", nobody),
        ])
        #expect(lines[0] == "daemon  2 daemons on this store; 2 of 3 accounts led")
        #expect(lines[2].firstMatch(of: #/^ACCOUNT +LED BY +RECORDS/#) != nil, "\(lines)")
        #expect(lines[3].firstMatch(of: #/^acme +one 5fgh +0/#) != nil, "\(lines)")
        #expect(lines[5].firstMatch(of: #/^wayne +nobody .* no daemon leads it$/#) != nil, "\(lines)")
        #expect(lines.last?.hasPrefix("1 of 3 need attention") == true)
    }

    @Test("Of a shared one on which none runs, that is said")
    func none() throws {
        let nobody = try report(hasDaemon: false, sharing: Sharing(daemons: 0, leadership: nil))
        let lines = lines([("acme", nobody)])
        #expect(lines[0].hasPrefix("daemon  DOES NOT RUN on this store"))
        #expect(lines[3].hasSuffix("no daemon runs"))
    }

    @Test("What is needed is told in whole words, whatever else there is to say of it")
    func brief() throws {
        var refused = try report()
        refused.quota.pausedUntil = "2026-11-24T00:00:00Z"
        refused.quota.pausedFor = PauseCause.unauthorized.rawValue
        refused.attention = Attention.needed(by: refused)
        #expect(lines([("acme", refused)])[3].hasSuffix("  the API key was refused (401)"))
    }
}
