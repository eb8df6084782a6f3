// `release`: what the daemon holds, because it concerns so many records at once, is real.

import ArgumentParser
import ChangeFeed
import ChangeStore
import Daemon
import DaemonConfiguration
import EventStore

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Tells the daemon that the deletes it holds for a resource are real, or the changes.",
        discussion: """
            When a large part of a resource seems gone at once, and a sample of it still exists, the daemon reports none of \
            it and says so. After this, it asks for each of the records by its id, and reports those that are gone.

            When a large part of a resource changes in the same field, and no updated date moves, the daemon holds these \
            changes as well: most likely a field was put on a layout. With --changes it reports each of them. `dismiss` \
            lets it learn what it holds, and tell nobody.
            """)

    @OptionGroup var file: ConfigurationOption

    @Argument(help: "The resource, as `status` names it.")
    var resource: String

    @Flag(help: "The changes that are held, and not the deletes.")
    var changes = false

    func run() throws {
        try file.visit(isReadOnly: false) { store, _, _ in
            let decision = changes ? HeldDecision.releaseChanges : .release
            switch try store.request(decision, of: ResourceName(resource), account: Plan.nameOfAccount) {
            case .requested where changes:
                print("the changes of \(resource) are released: \(store.daemonInWords) tells each of them")
            case .requested:
                print("the deletes of \(resource) are released: \(store.daemonInWords) asks for each by its id")
            case .nothingHeld:
                print("no \(changes ? "changes" : "deletes") of \(resource) are held; `status` shows which are")
            case .unknownResource:
                Output.error("no resource \(resource) was ever polled; `status` shows which were")
                throw ExitCode.failure
            }
        }
    }
}
