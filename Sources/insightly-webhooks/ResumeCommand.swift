// `resume`: the receiver is well again, and gets what has waited for it.

import ArgumentParser
import ChangeStore
import Daemon

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Tells the daemon to send to a receiver again.",
        discussion: """
            An endpoint is disabled when its receiver answers 410, asks for it by the header `webhook-delivery: disable`, or \
            fails for five days. Its queue is kept. After this, what has waited longest is sent first. It also ends the \
            waiting for a receiver that failed, or asked for rest.
            """)

    @OptionGroup var file: ConfigurationOption

    func run() throws {
        try file.visit(isReadOnly: false) { store, _, _ in
            switch try store.requestResumption(of: Daemon.endpointName) {
            case .requested:
                print("the endpoint is resumed: the daemon, when it runs, sends what waits")
            case .unknownEndpoint:
                Output.error("no daemon has used this store yet; `status` shows more")
                throw ExitCode.failure
            }
        }
    }
}
