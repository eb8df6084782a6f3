// `release`: the deletes that the daemon holds, because so many records vanished at once, are real.

import ArgumentParser
import ChangeFeed
import ChangeStore
import Daemon

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Tells the daemon that the deletes it holds for a resource are real.",
        discussion: """
            When a large part of a resource seems gone at once, and a sample of it still exists, the daemon reports none of \
            it and says so. After this, it asks for each of the records by its id, and reports those that are gone.
            """)

    @OptionGroup var file: ConfigurationOption

    @Argument(help: "The resource, as `status` names it.")
    var resource: String

    func run() throws {
        try file.visit(isReadOnly: false) { store, _, _ in
            switch try store.requestRelease(of: ResourceName(resource), account: Daemon.accountName) {
            case .requested:
                print("the deletes of \(resource) are released: the daemon, when it runs, asks for each by its id")
            case .nothingHeld:
                print("no deletes of \(resource) are held; `status` shows which are")
            case .unknownResource:
                Output.error("no resource \(resource) was ever polled; `status` shows which were")
                throw ExitCode.failure
            }
        }
    }
}
