// `deliveries give-up`: the end of trying, for one event or for all that waits for an endpoint.

import ArgumentParser
import ChangeFeed
import ChangeStore
import EventStore

extension DeliveriesCommand {
    struct GiveUp: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "give-up", abstract: "Makes dead letters of deliveries that their receiver does not take.",
            discussion: """
                The events are kept, and `replay --dead` sends them again; the next event of each record is sent. The daemon \
                carries it out within two seconds, or when it runs, also where the endpoint is not configured any more. An \
                attempt that is under way may still succeed.
                """)

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
            try file.visit(isReadOnly: false) { store, _, _ in
                if let endpoint { return try giveUpAll(to: endpoint, in: store) }
                for number in numbers where try !giveUp(number, in: store) { isRefused = true }
            }
            if isRefused { throw ExitCode.failure }
        }

        private func giveUp(_ number: Int64, in store: StoreVisitor) throws -> Bool {
            switch try store.requestGivingUp(of: number) {
            case .requested:
                print("asked for: \(store.daemonInWords) gives delivery \(number) up")
                return true
            case .unknownDelivery:
                Output.error("there is no delivery \(number); `deliveries list` shows which there are")
                return false
            case .waits(let first):
                let one = first.map { "delivery \($0)" } ?? "an earlier one"
                Output.error("delivery \(number) waits for \(one), which comes before it; that one can be given up")
                return false
            case .settled(let state):
                print("delivery \(number) is \(state.rawValue): there is nothing to give up")
                return true
            }
        }

        private func giveUpAll(to endpoint: String, in store: StoreVisitor) throws {
            switch try store.requestGivingUp(allTo: endpoint) {
            case .requested(let deliveries):
                print(
                    "asked for: \(store.daemonInWords) gives \(deliveries.counted("delivery", "deliveries")) to "
                        + "\(endpoint) up")
            case .nothingWaits:
                print("nothing waits for \(endpoint): there is nothing to give up")
            case .unknownEndpoint:
                Output.error("there is no endpoint \(endpoint); `status` shows which there are")
                throw ExitCode.failure
            }
        }
    }
}

extension StoreVisitor {
    /// Who carries out what is asked for, as the beginning of a sentence goes on.
    var daemonInWords: String {
        switch hasDaemon {
        case true?: "the daemon"
        case false?: "the daemon, once it runs (it does not now),"
        case nil: "the daemon, when it runs,"
        }
    }
}
