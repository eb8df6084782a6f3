// `check`: what is wrong with a configuration, and with --online whether it works and what it would cost.

import ArgumentParser
import ChangeFeed
import Daemon
import DaemonConfiguration
import Foundation

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Prints every problem of a configuration.",
        discussion: Manual.discussion(
            """
            Exit status: 0, or 78 where there is a problem, Insightly could not be asked, or a resource cannot be read.

            --online asks for the instance and for one record of each resource, two requests a second at most: a daemon may \
            run beside it. A store of store.url is connected to, and nothing is made there.
            """,
            examples: [
                "insightly-webhooks check --config config.json", "# Whether the key works, and what polling costs",
                "insightly-webhooks check --online",
            ]))

    @OptionGroup var file: ConfigurationOption

    @Flag(
        help: """
            Also ask Insightly: whether the key works, the plan, the quota left, whether each resource can be read, and \
            what polling costs.
            """)
    var online = false

    @Option(help: "The account to ask for, where the configuration names more than one; left out: each.")
    var account: String?

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() async throws {
        let file = try file.load()
        var report = Report(file)
        if let account, case .success(let settings) = file.reading.outcome, settings.account(named: account) == nil {
            report.problems.append(.init(key: "accounts", problem: "there is no account \(account.escapingHidden())"))
        }
        if online { try await ask(file, &report) }
        if json { try Output.json(report) } else { for line in report.lines { Output.line(line) } }
        if !report.isRight { throw ExitStatus.badConfiguration }
    }

    private func ask(_ file: ConfigurationFile, _ report: inout Report) async throws {
        guard case .success(let settings) = file.reading.outcome else { return }
        if settings.store.url != nil { inspectStore(of: settings, file, &report) }
        for asked in settings.accounts where account == nil || asked.name == account {
            guard let api = asked.api else {
                let place = asked.name.map { "account \($0): " } ?? ""
                report.problems.append(
                    .init(
                        key: "insightly.api_key",
                        problem: "\(place)there is no API key to ask Insightly with; set insightly.api_key"))
                continue
            }
            let check = OnlineCheck(api: api, polling: asked.polling, version: InsightlyWebhooks.version)
            let answer = await check.run()
            if let name = asked.name {
                report.accounts = (report.accounts ?? []) + [.init(account: name, online: answer)]
            } else {
                report.online = answer
            }
        }
    }

    /// Makes nothing there.
    private func inspectStore(of settings: DaemonSettings, _ file: ConfigurationFile, _ report: inout Report) {
        do {
            let store = try file.store(of: settings, environment: ProcessInfo.processInfo.environment)
            report.warnings += try store.inspect().map { .init(key: "store.url", problem: "\(store.place): \($0)") }
            report.store = store.place
        } catch {
            // A library that is missing was told of already.
            guard !report.problems.contains(where: { $0.key == "store.url" }) else { return }
            report.problems.append(.init(key: "store.url", problem: "store.url: \(error)"))
        }
    }

    private struct Report: Encodable {
        struct Finding: Encodable {
            let key: String
            let problem: String
        }

        struct Account: Encodable {
            let account: String
            let online: OnlineReport
        }

        let file: String
        var warnings: [Finding]
        var problems: [Finding]
        var resources: Int?
        var endpoints: Int?
        /// Nil where the configuration names none.
        var accountCount: Int?
        var isEnabled: Bool?
        /// Where it is asked for over a network, and can be used: as people know it.
        var store: String?
        var online: OnlineReport?
        /// Those that were asked for, where the configuration names accounts.
        var accounts: [Account]?

        var isRight: Bool {
            problems.isEmpty && online?.succeeded != false && accounts?.allSatisfy(\.online.succeeded) != false
        }

        init(_ file: ConfigurationFile) {
            self.file = file.path
            warnings = file.warnings.map { Finding(key: $0.key, problem: $0.description) }
            switch file.reading.outcome {
            case .failure(let invalid):
                problems = invalid.problems.map { Finding(key: $0.key, problem: $0.description) }
            case .success(let settings):
                problems = file.reading.leftOut.map { Finding(key: $0.key, problem: $0.description) }
                resources = settings.accounts.reduce(0) { $0 + $1.polling.resources.count }
                endpoints = settings.accounts.reduce(0) { $0 + ($1.notification?.endpoints.count ?? 0) }
                isEnabled = settings.isEnabled
                if settings.namesAccounts { accountCount = settings.accounts.count }
                let ofStore = file.findings(ofStoreOf: settings, environment: ProcessInfo.processInfo.environment)
                warnings += ofStore.warnings.map { Finding(key: $0.key, problem: $0.description) }
                problems += ofStore.problems.map { Finding(key: $0.key, problem: $0.description) }
            }
        }

        var lines: [String] {
            var lines = warnings.map { "warning: \($0.problem)" }
            if let resources, let endpoints {
                let accounts = accountCount.map { "\($0.counted("account")), " } ?? ""
                lines.append(
                    "\(file) is \(problems.isEmpty ? "" : "otherwise ")right: \(accounts)\(resources.counted("resource")), "
                        + endpoints.counted("endpoint"))
            }
            if isEnabled == false {
                lines.append("event.notification.enabled is false: nothing will be polled and nothing sent")
            }
            if let store { lines.append("the state store can be used: \(store)") }
            return lines + problems.map(\.problem) + (online?.lines ?? [])
                + (accounts ?? []).flatMap { ["account \($0.account):"] + $0.online.lines.map { "  " + $0 } }
        }
    }
}
