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
            run beside it.
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

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() async throws {
        let file = try file.load()
        var report = Report(file)
        if online { try await ask(file, &report) }
        if json { try Output.json(report) } else { for line in report.lines { Output.line(line) } }
        if !report.isRight { throw ExitStatus.badConfiguration }
    }

    private func ask(_ file: ConfigurationFile, _ report: inout Report) async throws {
        guard case .success(let settings) = file.reading.outcome else { return }
        guard let api = settings.api else {
            report.problems.append(
                .init(
                    key: "insightly.api_key",
                    problem: "there is no API key to ask Insightly with; set insightly.api_key"))
            return
        }
        let check = OnlineCheck(api: api, polling: settings.polling, version: InsightlyWebhooks.version)
        report.online = await check.run()
    }

    private struct Report: Encodable {
        struct Finding: Encodable {
            let key: String
            let problem: String
        }

        let file: String
        var warnings: [Finding]
        var problems: [Finding]
        var resources: Int?
        var endpoints: Int?
        var isEnabled: Bool?
        var online: OnlineReport?

        var isRight: Bool { problems.isEmpty && online?.succeeded != false }

        init(_ file: ConfigurationFile) {
            self.file = file.path
            warnings = file.warnings.map { Finding(key: $0.key, problem: $0.description) }
            switch file.reading.outcome {
            case .failure(let invalid):
                problems = invalid.problems.map { Finding(key: $0.key, problem: $0.description) }
            case .success(let settings):
                problems = []
                resources = settings.polling.resources.count
                endpoints = settings.notification?.endpoints.count ?? 0
                isEnabled = settings.polling.enabled
                let ofStore = file.findings(ofStoreOf: settings, environment: ProcessInfo.processInfo.environment)
                warnings += ofStore.warnings.map { Finding(key: $0.key, problem: $0.description) }
                problems += ofStore.problems.map { Finding(key: $0.key, problem: $0.description) }
            }
        }

        var lines: [String] {
            var lines = warnings.map { "warning: \($0.problem)" }
            if problems.isEmpty, let resources, let endpoints {
                lines.append("\(file) is right: \(resources.counted("resource")), \(endpoints.counted("endpoint"))")
            }
            if isEnabled == false {
                lines.append("event.notification.enabled is false: nothing will be polled and nothing sent")
            }
            return lines + problems.map(\.problem) + (online?.lines ?? [])
        }
    }
}
