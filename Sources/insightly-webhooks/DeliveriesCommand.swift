// `deliveries`: every event on its way to an endpoint, every attempt, and the end of trying.

import ArgumentParser
import ChangeFeed
import CommandText
import EventStore
import Operations

struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Shows what was sent, what waits, and what came of each attempt; gives up and discards.",
        subcommands: [List.self, Show.self, GiveUp.self, Discard.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists deliveries, the newest first.",
            discussion: Manual.discussion(
                "On a terminal they are a table that fits it; elsewhere each is one whole line.",
                examples: [
                    "insightly-webhooks deliveries list --state dead",
                    "insightly-webhooks deliveries list --endpoint crm --type 'lead.*' --limit 10",
                ]))

        @OptionGroup var file: StoreOption

        @Option(help: "Only those in this state: \(DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: DeliveryState?

        @Option(help: "Only those to this endpoint.")
        var endpoint: String?

        @Option(help: "Only those of the event with this id, or number in the log.")
        var event: String?

        @OptionGroup var list: ListOptions

        func run() throws {
            var filter = list.filter
            filter.state = state
            filter.endpoint = endpoint
            filter.eventID = event
            let deliveries = try file.ask(DeliveryList(filter))
            if list.json { return try Output.json(deliveries) }
            Output.lines(deliveries.isEmpty ? ["none"] : DeliveryText.list(deliveries, on: .output))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one delivery, with each attempt and the start of the receiver's answer.",
            discussion: Manual.discussion(
                "On a terminal, what changed stands before the body, path by path.",
                examples: [
                    "insightly-webhooks deliveries show 17", "insightly-webhooks deliveries show 17 --body | jq .",
                ]))

        @OptionGroup var file: StoreOption

        @Argument(help: "The delivery's number, as the list shows it.")
        var number: Int64

        @Flag(help: "As one JSON object, for programs.")
        var json = false

        @Flag(help: "The event's body alone, as format standard sends it.")
        var body = false

        func validate() throws {
            if body, json { throw ValidationError("--body and --json are two forms; give one of them") }
        }

        func run() throws {
            let delivery = try file.ask(DeliveryQuestion(number))
            if body {
                guard let text = delivery.body else {
                    throw file.fail(.unreadableEvent(sequence: delivery.sequence))
                }
                return Output.line(text)
            }
            if json { return try Output.json(delivery) }
            Output.lines(DeliveryText.whole(delivery, on: .output))
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

    @Flag(help: "As JSON, for programs: one list, or one object a line of what is followed.")
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
