// `poll`: a resource is looked at next, before its time.

import ArgumentParser
import Operations

struct PollCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll", abstract: "Tells the daemon to poll a resource now, or all of them.",
        discussion: Manual.discussion(
            """
            The daemon looks at the resource next, as soon as the limits allow, and then at the interval that it has. What \
            rests after a failure, or waits because the API asked for a pause, waits on: `resume --api` ends that.
            """,
            examples: ["insightly-webhooks poll contacts"]))

    @OptionGroup var file: StoreOption

    @Argument(help: "The resource, as `status` names it; all where it is left out.")
    var resource: String?

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try file.visit(isReadOnly: false) { scope in
            let names = try scope.leave(PollNow(resource)).resources
            var said = AskedAnswer(!names.isEmpty, in: scope)
            said.resources = names
            try answer.say(
                names.isEmpty
                    ? "nothing was polled yet: \(scope.daemonInWords) does that first"
                    : "asked for: \(scope.daemonInWords) polls \(names.joined(separator: " ")) next", said)
        }
    }
}
