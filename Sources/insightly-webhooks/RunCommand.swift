// `run`: the daemon, in the foreground.

import ArgumentParser
import ChangeFeed
import Daemon
import DaemonConfiguration
import EventStore
import Foundation
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Polls Insightly and delivers webhooks, until SIGTERM or SIGINT.",
        discussion: Manual.discussion(
            """
            SIGHUP reads the configuration again: one that is wrong is refused, and what ran before runs on.

            Exit status: 0 after SIGTERM or SIGINT; 78 where the configuration is wrong; 69 where the state store cannot be \
            used or another process uses it.
            """,
            examples: ["insightly-webhooks run", "insightly-webhooks run --config config.json 2>>daemon.log"]))

    @OptionGroup var file: ConfigurationOption

    func run() async throws {
        DaemonSignals.ignoreStrays()
        // A stop must not wait for ever for somebody who does not read.
        defer { LogSink.standardError.flush(within: Limits.logMayFinish) }
        let environment = ProcessInfo.processInfo.environment
        let (file, settings) = try configuration(environment)
        let log = LogSetting(settings.log)
        let logger = logger(log, environment)
        for warning in file.warnings { logger.warning("\(warning)") }
        for problem in file.reading.leftOut { logger.logLeftOut(problem) }
        do {
            let daemon = Daemon(
                settings: settings, store: try file.store(of: settings, environment: environment),
                version: InsightlyWebhooks.version, logger: logger, log: log,
                notifier: SystemdNotifier(environment: environment)
            ) { [path = file.path] in
                try ReadSettings(ConfigurationFile(path: path, environment: environment), environment: environment)
            }
            try await daemon.run()
        } catch let problem as StoreProblem {
            logger.critical("\(problem)")
            throw ExitStatus.storeUnavailable
        } catch let invalid as InvalidConfiguration {
            for problem in invalid.problems { logger.critical("\(problem)") }
            throw ExitStatus.badConfiguration
        }
    }

    /// What is wrong with the configuration is logged like everything else that a service says.
    private func configuration(
        _ environment: [String: String]
    ) throws -> (ConfigurationFile, DaemonSettings) {
        let logger = logger(LogSetting(LogSettings(level: .info, format: .auto)), environment)
        do {
            let read = try ConfigurationFile(path: file.path, environment: environment)
            return (read, try read.reading.outcome.get())
        } catch let unreadable as ConfigurationFile.Unreadable {
            logger.critical("\(unreadable)")
        } catch let invalid as InvalidConfiguration {
            for problem in invalid.problems { logger.critical("\(problem)") }
        }
        throw ExitStatus.badConfiguration
    }

    private func logger(_ setting: LogSetting, _ environment: [String: String]) -> Logger {
        Logger(label: "insightly-webhooks") { _ in LineLogHandler(setting, environment: environment) }
    }
}
