// `resume`: the receiver is well again, and gets what has waited for it.

import ArgumentParser
import ChangeStore
import DaemonConfiguration

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Tells the daemon to send to a receiver again.",
        discussion: """
            An endpoint is disabled when its receiver answers 410, asks for it by the header `webhook-delivery: disable`, or \
            fails for five days. Its queue is kept. After this, an event that never failed finds out whether the receiver is \
            well, and then what has waited longest is sent. It also ends the waiting for a receiver that failed, or asked for \
            rest.
            """)

    @OptionGroup var file: ConfigurationOption

    @Argument(help: "The endpoint, as `status` names it.")
    var endpoint = EndpointSettings.nameOfCallback

    func run() throws {
        try file.visit(isReadOnly: false) { store, settings, _ in
            if let endpoints = settings.notification?.endpoints, !endpoints.contains(where: { $0.name == endpoint }) {
                Output.error("no endpoint \(endpoint) is configured; `status` shows which are")
                throw ExitCode.failure
            }
            switch try store.requestResumption(of: endpoint) {
            case .requested:
                print("the endpoint \(endpoint) is resumed: the daemon, when it runs, sends what waits")
            case .unknownEndpoint:
                Output.error(
                    "no daemon has sent anything to an endpoint \(endpoint) yet; `status` shows which there are")
                throw ExitCode.failure
            }
        }
    }
}
