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

        @OptionGroup var file: ConfigurationOption

        @Argument(help: "The numbers of the deliveries, as the list shows them.")
        var numbers: [Int64] = []

        @Flag(help: "All that waits for --endpoint at this moment.")
        var all = false

        @Option(help: "With --all: the endpoint, as `status` names it.")
        var endpoint: String?

        func validate() throws {
            guard all == (endpoint != nil), all == numbers.isEmpty else {
                throw ValidationError("Say which: numbers of deliveries, or --all --endpoint NAME.")
            }
        }

        func run() throws {
            var isRefused = false
            try file.visit(isReadOnly: false) { scope in
                if let endpoint { return try giveUpAll(to: endpoint, in: scope) }
                for number in numbers where try !giveUp(number, in: scope) { isRefused = true }
            }
            if isRefused { throw ExitCode.failure }
        }

        /// - Returns: false where it cannot be given up.
        private func giveUp(_ number: Int64, in scope: OperationScope) throws -> Bool {
            do {
                switch try scope.leave(GiveUpDelivery(number)) {
                case .requested: print("asked for: \(scope.daemonInWords) gives delivery \(number) up")
                case .settled(let state):
                    print("delivery \(number) is \(state.rawValue): there is nothing to give up")
                }
                return true
            } catch .store(let problem) {
                throw problem
            } catch {
                _ = file.fail(error)
                return false
            }
        }

        private func giveUpAll(to endpoint: String, in scope: OperationScope) throws {
            let deliveries = try scope.leave(GiveUpQueue(of: endpoint))
            guard deliveries > 0 else {
                return print("nothing waits for \(endpoint): there is nothing to give up")
            }
            print(
                "asked for: \(scope.daemonInWords) gives \(deliveries.counted("delivery", "deliveries")) to "
                    + "\(endpoint) up")
        }
    }
}
