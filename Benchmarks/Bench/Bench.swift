// The measurements whose numbers the documentation shows: one subcommand each.

import ArgumentParser

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures what the documentation promises.",
        subcommands: [Contacts.self, Deletes.self, Fleet.self, Outage.self, Pace.self])
}
