// `status`: how far the daemon has come, from its store.

import ArgumentParser
import ChangeFeed
import ChangeStore
import Daemon
import DaemonConfiguration

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how far the daemon has come: resources, quota, queue.",
        discussion: "Reads the state store beside a running daemon. Exit status: 69 where there is none.")

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() throws {
        try file.visit(isReadOnly: true) { store, settings, path in
            let status = try store.status(
                ofAccount: Plan.nameOfAccount, endpoints: settings.notification?.endpoints.map(\.name) ?? [])
            let report = StatusReport(
                status, settings: settings, storePath: path, hasDaemon: store.hasDaemon, at: SteadyClock.wall)
            if json {
                try Output.json(report)
            } else {
                for line in report.lines(recommending: file.option) { Output.line(line) }
            }
        }
    }
}
