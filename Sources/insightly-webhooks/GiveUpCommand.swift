// `deliveries give-up`: the end of trying, for one event or for all that waits for an endpoint.

import ArgumentParser
import ChangeFeed
import Operations

extension DeliveriesCommand {
    struct GiveUp: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "give-up", abstract: "Makes dead letters of deliveries that their receiver does not take.",
            discussion: Manual.discussion(
                """
                The events are kept, and `replay --dead` sends them again; the next event of each record is sent. The daemon \
                carries it out within two seconds, or when it runs, also where the endpoint is not configured any more. An \
                attempt that is under way may still succeed. `deliveries discard` lets go of dead letters for good.
                """,
                examples: [
                    "insightly-webhooks deliveries give-up 17 18",
                    "insightly-webhooks deliveries give-up --all --endpoint old",
                ]))

        @OptionGroup var file: StoreOption

        @Argument(help: "The numbers of the deliveries, as the list shows them.")
        var numbers: [Int64] = []

        @Flag(help: "All that waits for --endpoint at this moment.")
        var all = false

        @Option(help: "With --all: the endpoint, as `status` names it.")
        var endpoint: String?

        @OptionGroup var answer: AnswerOptions

        func validate() throws {
            guard all == (endpoint != nil), all == numbers.isEmpty else {
                throw ValidationError("Say which: numbers of deliveries, or --all --endpoint NAME.")
            }
        }

        func run() throws {
            var (asked, isRefused) = (0, false)
            try file.visit(isReadOnly: false) { scope in
                if let endpoint { return try giveUpAll(to: endpoint, in: scope) }
                for number in numbers {
                    do {
                        asked += try giveUp(number, in: scope) ? 1 : 0
                    } catch let problem as OperationProblem {
                        if case .store = problem { throw problem }
                        _ = file.fail(problem)
                        isRefused = true
                    }
                }
                guard answer.json else { return }
                var said = AskedAnswer(asked > 0, in: scope)
                said.deliveries = asked
                try Output.json(said)
            }
            if isRefused { throw ExitCode.failure }
        }

        /// - Returns: false where there is nothing to give up any more.
        private func giveUp(_ number: Int64, in scope: OperationScope) throws -> Bool {
            let settled = try scope.leave(GiveUpDelivery(number))
            let sentence =
                switch settled {
                case .requested: "asked for: \(scope.daemonInWords) gives delivery \(number) up"
                case .settled(let state): "delivery \(number) is \(state.rawValue): there is nothing to give up"
                }
            if !answer.json { Output.line(sentence) }
            return settled == .requested
        }

        private func giveUpAll(to endpoint: String, in scope: OperationScope) throws {
            let deliveries = try scope.leave(GiveUpQueue(of: endpoint))
            var said = AskedAnswer(deliveries > 0, in: scope)
            (said.endpoint, said.deliveries) = (endpoint, deliveries)
            try answer.say(
                deliveries == 0
                    ? "nothing waits for \(endpoint): there is nothing to give up"
                    : "asked for: \(scope.daemonInWords) gives \(deliveries.counted("delivery", "deliveries")) to "
                        + "\(endpoint) up", said)
        }
    }
}
