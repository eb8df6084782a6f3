// `deliveries`: every event on its way to an endpoint, every attempt, and the end of trying.

import ArgumentParser
import ChangeFeed
import ChangeStore
import DaemonConfiguration

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
            try file.visit(isReadOnly: true) { store, settings, _ in
                let names = settings.notification?.endpoints.map(\.name) ?? []
                if let endpoint, !names.contains(endpoint), try !store.knows(endpoint: endpoint) {
                    Output.error("there is no endpoint \(endpoint); `status` shows which there are")
                    throw ExitCode.failure
                }
                var filter = list.filter
                filter.state = state
                filter.endpoint = endpoint
                filter.eventID = event
                let deliveries = try store.deliveries(filter)
                if deliveries.isEmpty { try list.type.requireKnown(among: settings.polling.resources) }
                if list.json { return try Output.json(deliveries.map(DeliveryReport.init)) }
                for delivery in deliveries { Output.line(DeliveryReport(delivery).line) }
                if deliveries.isEmpty { print("none") }
            }
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
            try file.visit(isReadOnly: true) { store, _, _ in
                guard let (delivery, attempts, body) = try store.delivery(number) else {
                    Output.error("there is no delivery \(number); `deliveries list` shows which there are")
                    throw ExitCode.failure
                }
                var report = DeliveryReport(delivery)
                report.history = attempts.map(DeliveryReport.Attempt.init)
                report.body = body.isEmpty ? nil : String(decoding: body, as: UTF8.self)
                if json { return try Output.json(report) }
                for line in report.lines { Output.line(line) }
            }
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

extension [EventTypePattern] {
    /// Nothing was found: says so where it could not be, for there are no events of such a type.
    func requireKnown(among resources: [ResourcePlan]) throws {
        let faults = compactMap { $0.fault(among: resources) }
        for fault in faults { Output.error("\(fault.wrong); \(fault.right)") }
        if !faults.isEmpty { throw ExitCode.failure }
    }
}
