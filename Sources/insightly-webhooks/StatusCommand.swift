// `status`: how far the daemon has come, from its store.

import ArgumentParser
import Operations

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how far the daemon has come: resources, quota, queue.",
        discussion: "Reads the state store beside a running daemon. Exit status: 69 where there is none.")

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() throws {
        let report = try file.ask(StatusQuestion())
        if json { return try Output.json(report) }
        for line in report.lines(recommending: file.option) { Output.line(line) }
    }
}
