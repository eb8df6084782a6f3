// `dismiss`: what the daemon holds, because it concerns so many records at once, is nobody's news.

import ArgumentParser
import EventStore
import Operations

struct DismissCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "Tells the daemon to learn what it holds for a resource, and to tell nobody.",
        discussion: Manual.discussion(
            """
            Changes that are held, of a field that was put on a layout, say, count as known from then on: later changes \
            are told with what differs from there. Records that vanished and whose deletes are held are not asked for any \
            more and not reported; those that are seen again are compared like any other.

            Without an option it is about all that is held at this moment, and about nothing that comes to be held later.
            """,
            examples: ["insightly-webhooks dismiss contacts", "insightly-webhooks dismiss contacts --changes"]))

    @OptionGroup var file: StoreOption

    @Argument(help: "The resource, as `status` names it.")
    var resource: String

    @Flag(help: "The changes that are held, and not the deletes.")
    var changes = false

    @Flag(help: "The deletes that are held, and not the changes.")
    var deletes = false

    @OptionGroup var answer: AnswerOptions

    private var decision: HeldDecision {
        changes == deletes ? .dismiss : changes ? .dismissChanges : .dismissDeletes
    }

    func run() throws {
        let what = changes == deletes ? "what is" : changes ? "the changes that are" : "the deletes that are"
        try file.visit(isReadOnly: false) { scope in
            let decided = try scope.leave(Decide(decision, of: resource))
            var said = AskedAnswer(decided == .requested, in: scope)
            said.resource = resource
            try answer.say(
                decided == .requested
                    ? """
                    dismissed: \(what) held of \(resource) at this moment; \(scope.daemonInWords) learns it and \
                    tells nobody
                    """ : "nothing of \(resource) is held that this is about; `status` shows what is", said)
        }
    }
}
