// `run`: the daemon, in the foreground.

import ArgumentParser
import ChangeStore
import Daemon
import DaemonConfiguration
import Foundation
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Polls Insightly and delivers webhooks, until SIGTERM or SIGINT.",
        discussion: """
            Exit status: 0 after SIGTERM or SIGINT; 78 where the configuration is wrong; 69 where the state store cannot be \
            used or another process uses it.
            """)

    @OptionGroup var file: ConfigurationOption

    func run() async throws {
        let file = try file.load()
        let settings: DaemonSettings
        switch file.reading.outcome {
        case .success(let read): settings = read
        case .failure(let invalid):
            for problem in invalid.problems { Output.error(problem.description) }
            throw ExitStatus.badConfiguration
        }
        let environment = ProcessInfo.processInfo.environment
        let logger = Logger(label: "insightly-webhooks") { _ in
            LineLogHandler(settings.log, environment: environment)
        }
        for warning in file.warnings { logger.warning("\(warning)") }
        let daemon = Daemon(
            settings: settings,
            storePath: ConfigurationFile.storePath(settings, environment: environment),
            version: InsightlyWebhooks.version, logger: logger,
            notifier: SystemdNotifier(environment: environment))
        do {
            try await daemon.run()
        } catch let problem as StoreProblem {
            Output.error(problem.description)
            throw ExitStatus.storeUnavailable
        }
    }
}
