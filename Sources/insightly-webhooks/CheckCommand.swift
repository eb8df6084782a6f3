// `check`: what is wrong with a configuration, and with --online what it would cost.

import ArgumentParser
import ChangeFeed
import Daemon
import DaemonConfiguration
import Foundation

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Prints every problem of a configuration.",
        discussion: "Exit status: 0, or 78 where there is a problem, or --online could not ask Insightly.")

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "Also ask Insightly: whether the key works, the plan, the quota left, and what polling costs of it.")
    var online = false

    func run() async throws {
        let file = try file.load()
        for warning in file.warnings { print("warning: \(warning)") }
        switch file.reading.outcome {
        case .failure(let invalid):
            for problem in invalid.problems { print(problem.description) }
            throw ExitStatus.badConfiguration
        case .success(let settings):
            let endpoints = settings.notification?.endpoints.count ?? 0
            print(
                "\(file.path) is right: \(settings.polling.resources.count.counted("resource")), "
                    + endpoints.counted("endpoint"))
            if !settings.polling.enabled {
                print("event.notification.enabled is false: nothing will be polled and nothing sent")
            }
            guard online else { return }
            guard let api = settings.api else {
                print("there is no API key to ask Insightly with; set insightly.api_key")
                throw ExitStatus.badConfiguration
            }
            let report = await OnlineCheck(api: api, polling: settings.polling, version: InsightlyWebhooks.version)
                .run()
            for line in report.lines { Output.line(line) }
            if !report.succeeded { throw ExitStatus.badConfiguration }
        }
    }
}
