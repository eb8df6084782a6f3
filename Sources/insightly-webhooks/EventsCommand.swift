// `events`: what was detected.

import ArgumentParser
import CommandText
import Foundation
import Operations

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Shows the changes that were detected.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists events, the newest first; or shows them as they come.",
            discussion: Manual.discussion(
                """
                On a terminal they are a table that fits it; elsewhere each is one whole line.

                With --follow it shows what is detected from then on, the oldest first, until it is interrupted: exit \
                status 0. With --json that is one object a line, and no list.
                """,
                examples: [
                    "insightly-webhooks events list --type 'lead.*' --limit 10",
                    "insightly-webhooks events list --follow",
                    "# All that the log holds, and whatever comes",
                    "insightly-webhooks events list --follow --after 0 --json",
                ]))

        @OptionGroup var file: StoreOption
        @OptionGroup var list: ListOptions

        @Flag(help: "Show events as they come, the oldest first; --limit does not count then.")
        var follow = false

        @Option(help: ArgumentHelp("With --follow: begin behind the event of this number.", valueName: "number"))
        var after: Int?

        func validate() throws {
            if after != nil, !follow { throw ValidationError("--after goes with --follow") }
            if let after, after < 0 { throw ValidationError("--after is a number of the log, or 0.") }
        }

        func run() throws {
            if follow {
                let following = EventFollowing(types: list.type, printsJSON: list.json)
                return try following.run(file.located(), after: after)
            }
            let events = try file.ask(EventList(types: list.type, limit: list.limit)).map(EventReport.init)
            if list.json { return try Output.json(events) }
            Output.lines(events.isEmpty ? ["none"] : EventText.list(events, on: .output))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one event: what changed, and its body as format standard sends it.",
            discussion: Manual.discussion(
                """
                On a terminal: what changed, path by path, before the body. Elsewhere, and with --body or --json, exactly \
                the body and nothing else.
                """,
                examples: [
                    "insightly-webhooks events show 42", "insightly-webhooks events show 42 | jq .data.record",
                ]))

        @OptionGroup var file: StoreOption

        @Argument(help: "The event's id, or its number in the log.")
        var event: String

        @Flag(name: [.long, .customLong("json")], help: "The body alone.")
        var body = false

        func run() throws {
            let event = try file.ask(EventQuestion(event))
            guard !body, Screen.output.isTerminal else {
                return Output.line(String(decoding: event.body, as: UTF8.self))
            }
            Output.lines(EventText.whole(EventReport(event), body: event.body, on: .output))
        }
    }
}
