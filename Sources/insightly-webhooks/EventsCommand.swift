// `events`: what was detected.

import ArgumentParser
import ChangeFeed
import ChangeStore
import DaemonConfiguration

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Shows the changes that were detected.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists events, the newest first.")

        @OptionGroup var file: ConfigurationOption
        @OptionGroup var list: ListOptions

        func run() throws {
            try file.visit(isReadOnly: true) { store, settings, _ in
                let events = try store.events(list.filter)
                if events.isEmpty { try list.type.requireKnown(among: settings.polling.resources) }
                if list.json { return try Output.json(events.map(EventReport.init)) }
                for event in events { Output.line(EventReport(event).line) }
                if events.isEmpty { print("none") }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints an event's body, as format standard sends it.")

        @OptionGroup var file: ConfigurationOption

        @Argument(help: "The event's id, or its number in the log.")
        var event: String

        func run() throws {
            try file.visit(isReadOnly: true) { store, _, _ in
                guard let event = try store.event(event) else {
                    Output.error("there is no event \(event) in the log; `events list` shows which there are")
                    throw ExitCode.failure
                }
                guard !event.body.isEmpty else {
                    Output.error(
                        "the body of event \(event.sequence) cannot be read: the state store was damaged. \"A damaged store\" "
                            + "in docs/operating.md says what can be done")
                    throw ExitCode.failure
                }
                Output.line(String(decoding: event.body, as: UTF8.self))
            }
        }
    }
}

private struct EventReport: Encodable {
    let sequence: Int
    let id: String
    let type: String
    let resource: String
    let record: String
    let detectedAt: String

    init(_ listed: ListedEvent) {
        sequence = listed.sequence
        id = listed.id
        type = listed.type
        resource = listed.resource
        record = listed.record.text
        detectedAt = listed.detectedAt.iso8601
    }

    var line: String { "#\(sequence)  \(detectedAt)  \(type)  \(resource)/\(record)  \(id)" }
}
