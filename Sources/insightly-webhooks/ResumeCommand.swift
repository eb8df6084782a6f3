// `resume`: the receiver is well again, and gets what has waited for it; or the API is tried again; or the store goes on
// with another instance.

import ArgumentParser
import Daemon
import DaemonConfiguration
import EventStore
import Operations

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Tells the daemon to send to a receiver again, or to try the API again.",
        discussion: Manual.discussion(
            """
            An endpoint is disabled when its receiver answers 410, asks for it by the header `webhook-delivery: disable`, or \
            fails for five days. Its queue is kept. After this, an event that never failed finds out whether the receiver is \
            well, and then what failed before takes turns with what did not. It also ends the waiting for a receiver that \
            failed, or asked for rest.

            With --api, the pause ends that the API asked for, or that a refused key made, and what rests after a failure is \
            asked for again: one request tries, and the others follow. No limit is exceeded for that.

            A daemon whose key leads to another instance than the store's ends with 69. With --instance NAME, while no \
            daemon runs on the store, it goes on with the instance of that name: the same one, which has got another \
            subdomain. With --anew beside it, it is another one indeed: what was known is compared with nothing any more, \
            and each resource begins as event.poller.start says. Events that wait are still delivered.
            """,
            examples: [
                "insightly-webhooks resume crm", "# After a refused key was mended", "insightly-webhooks resume --api",
            ]))

    @OptionGroup var file: StoreOption

    @Argument(help: "The endpoint, as `status` names it; default where --api is not given.")
    var endpoint: String?

    @Flag(help: "Try the API again at once.")
    var api = false

    @Option(help: "Go on with the instance of this name (its subdomain, INSTANCE_SUBDOMAIN in GET /Instance).")
    var instance: String?

    @Flag(help: "With --instance: it is another one, to be learned from the beginning.")
    var anew = false

    @OptionGroup var answer: AnswerOptions

    func validate() throws {
        if anew, instance == nil { throw ValidationError("--anew goes with --instance NAME") }
        if let instance, instance.isEmpty || endpoint != nil || api || answer.json {
            throw ValidationError("--instance takes a name, and goes with no endpoint, --api or --json")
        }
    }

    func run() throws {
        if let instance { return try goOn(with: instance) }
        try file.visit(isReadOnly: false) { scope in
            let endpoint = endpoint ?? (api ? nil : EndpointSettings.nameOfCallback)
            var said = AskedAnswer(true, in: scope)
            said.endpoint = endpoint
            var sentences: [String] = []
            if api {
                try scope.leave(ResumeAPI())
                sentences.append("the API is resumed: \(scope.daemonInWords) tries it at once")
            }
            if let endpoint {
                try scope.leave(ResumeEndpoint(endpoint))
                sentences.append("the endpoint \(endpoint) is resumed: \(scope.daemonInWords) sends what waits")
            }
            if answer.json { try Output.json(said) } else { for line in sentences { Output.line(line) } }
        }
    }

    private func goOn(with instance: String) throws {
        try file.takeOver { store, account in
            guard try store.takeUp(instance: instance, anew: anew, ofAccount: account, at: SteadyClock.wall) else {
                Output.error("no daemon has asked the API for anything yet")
                throw ExitCode.failure
            }
            print(
                "the store belongs to the instance \(instance) from now on"
                    + (anew ? "; each resource begins anew, as event.poller.start says" : "; all that is known stays"))
        }
    }
}
