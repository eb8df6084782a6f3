// `deliveries`: every event on its way to an endpoint, every attempt, and the end of trying.

import ArgumentParser
import ChangeFeed
import ChangeStore
import Operations

struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Shows what was sent, what waits, and what came of each attempt; gives deliveries up.",
        subcommands: [List.self, Show.self, GiveUp.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists deliveries, the newest first.")

        @OptionGroup var file: ConfigurationOption

        @Option(help: "Only those in this state: \(DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: DeliveryState?

        @Option(help: "Only those to this endpoint.")
        var endpoint: String?

        @Option(help: "Only those of the event with this id.")
        var event: String?

        @OptionGroup var list: ListOptions

        func run() throws {
            var filter = list.filter
            filter.state = state
            filter.endpoint = endpoint
            filter.eventID = event
            let deliveries = try file.ask(DeliveryList(filter))
            if list.json { return try Output.json(deliveries) }
            for delivery in deliveries { Output.line(delivery.line) }
            if deliveries.isEmpty { print("none") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one delivery, with each attempt and the start of the receiver's answer.")

        @OptionGroup var file: ConfigurationOption

        @Argument(help: "The delivery's number, as the list shows it.")
        var number: Int64

        @Flag(help: "As one JSON object, for programs.")
        var json = false

        func run() throws {
            let delivery = try file.ask(DeliveryQuestion(number))
            if json { return try Output.json(delivery) }
            for line in delivery.lines { Output.line(line) }
        }
    }
}

extension DeliveryState: ExpressibleByArgument {}

/// What lists have in common.
struct ListOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only events of this type, such as contact.* or *.deleted.", valueName: "type"),
        transform: EventTypePattern.init(argument:))
    var type: [EventTypePattern] = []

    @Option(help: "At most so many.")
    var limit = 50

    @Flag(help: "As one JSON list, for programs.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is a number above 0.") }
    }

    var filter: ListFilter {
        var filter = ListFilter()
        filter.types = type
        filter.limit = limit
        return filter
    }
}

extension EventTypePattern {
    init(argument: String) throws {
        guard let pattern = EventTypePattern(argument) else {
            throw ValidationError(
                "\(argument) is no type of events; write one such as contact.updated, lead.* or *.deleted.")
        }
        self = pattern
    }
}
