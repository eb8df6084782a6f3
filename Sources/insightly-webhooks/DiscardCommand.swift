// `deliveries discard`: dead letters that nobody is to be told of any more.

import ArgumentParser
import ChangeFeed
import Operations

extension DeliveriesCommand {
    struct Discard: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Discards all dead letters that an endpoint has at this moment, for good.",
            discussion: Manual.discussion(
                """
                Nobody is told of these events any more, `replay --dead` does not find them, and `status` no longer counts \
                them. The events stay in the log until `store.retention` is over, and `replay --sequence` sends them again \
                until then. The daemon carries it out within two seconds, or when it runs, also where the endpoint is not \
                configured any more. What dies later is kept, and what waits is not touched: `deliveries give-up` makes \
                dead letters of it, and what that was asked for before is discarded with the others.

                On a terminal it asks whether that is meant.
                """,
                examples: [
                    "# An endpoint that was taken out of the file for good",
                    "insightly-webhooks deliveries give-up --all --endpoint old",
                    "insightly-webhooks deliveries discard --endpoint old --yes",
                ]))

        @OptionGroup var file: StoreOption

        @Option(help: "The endpoint, as `status` names it.")
        var endpoint: String

        @Flag(help: "Ask nothing.")
        var yes = false

        @OptionGroup var answer: AnswerOptions

        func run() throws {
            let store = try file.located()
            if !yes, Dialogue.isPossible {
                let known = try store.ask(StatusQuestion()).endpoints.first { $0.endpoint == endpoint }
                let letters = (known?.deadLetters ?? 0).counted("dead letter")
                guard Dialogue.confirm("Discard \(letters) of \(endpoint) for good?".escapingHidden(), usual: false)
                else { throw ExitCode.failure }
            }
            try store.visit(isReadOnly: false) { scope in
                let meant = try scope.leave(DiscardDeadLetters(of: endpoint))
                var said = AskedAnswer(meant.letters > 0 || meant.andWhatIsGivenUp, in: scope)
                (said.endpoint, said.deliveries) = (endpoint, meant.letters)
                let queue = meant.andWhatIsGivenUp ? ["what is being given up"] : []
                let letters = meant.letters > 0 ? [meant.letters.counted("dead letter")] : []
                try answer.say(
                    said.requested
                        ? "asked for: \(scope.daemonInWords) discards "
                            + "\((letters + queue).joined(separator: " and ")) of \(endpoint)"
                        : "\(endpoint) has no dead letters: there is nothing to discard",
                    said)
            }
        }
    }
}
