// `release`: what the daemon holds, because it concerns so many records at once, is real.

import ArgumentParser
import EventStore
import Operations

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Tells the daemon that the deletes it holds for a resource are real, or the changes.",
        discussion: Manual.discussion(
            """
            When a large part of a resource seems gone at once, and a sample of it still exists, the daemon reports none of \
            it and says so. After this, it asks for each of the records by its id, and reports those that are gone.

            When a large part of a resource changes in the same field, and no updated date moves, the daemon holds these \
            changes as well: most likely a field was put on a layout. With --changes it reports each of them. `dismiss` \
            lets it learn what it holds, and tell nobody.
            """,
            examples: ["insightly-webhooks release contacts", "insightly-webhooks release contacts --changes"]))

    @OptionGroup var file: StoreOption

    @Argument(help: "The resource, as `status` names it.")
    var resource: String

    @Flag(help: "The changes that are held, and not the deletes.")
    var changes = false

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try file.visit(isReadOnly: false) { scope in
            let decided = try scope.leave(Decide(changes ? .releaseChanges : .release, of: resource))
            var said = AskedAnswer(decided == .requested, in: scope)
            said.resource = resource
            switch decided {
            case .requested where changes:
                try answer.say(
                    "the changes of \(resource) are released: \(scope.daemonInWords) tells each of them", said)
            case .requested:
                try answer.say(
                    "the deletes of \(resource) are released: \(scope.daemonInWords) asks for each by its id", said)
            case .nothingHeld:
                try answer.say(
                    "no \(changes ? "changes" : "deletes") of \(resource) are held; `status` shows which are", said)
            }
        }
    }
}
