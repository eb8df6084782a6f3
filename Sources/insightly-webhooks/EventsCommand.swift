// `events`: what was detected.

import ArgumentParser
import Operations

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Shows the changes that were detected.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists events, the newest first.")

        @OptionGroup var file: ConfigurationOption
        @OptionGroup var list: ListOptions

        func run() throws {
            let events = try file.ask(EventList(types: list.type, limit: list.limit)).map(EventReport.init)
            if list.json { return try Output.json(events) }
            for event in events { Output.line(event.line) }
            if events.isEmpty { print("none") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints an event's body, as format standard sends it.")

        @OptionGroup var file: ConfigurationOption

        @Argument(help: "The event's id, or its number in the log.")
        var event: String

        func run() throws {
            Output.line(String(decoding: try file.ask(EventQuestion(event)).body, as: UTF8.self))
        }
    }
}

extension EventReport {
    fileprivate var line: String { "#\(sequence)  \(detectedAt)  \(type)  \(resource)/\(record)  \(id)" }
}
