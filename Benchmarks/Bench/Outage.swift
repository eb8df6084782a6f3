// `bench outage`: a receiver that is away for hours while events pile up, and what it sees when it comes back.

import ArgumentParser
import ChangeFeed

struct Outage: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a receiver sees of the daemon while it is away, and when it comes back.",
        discussion: """
            Runs the daemon's store, gate and policy in virtual time: events of as many records wait for a receiver that \
            answers 502, and takes 20 ms for each event once it is well.
            """)

    @Option(help: "Events that wait.")
    var events = 100_000
    @Option(help: "Hours that the receiver is away.")
    var hours = 6

    func run() throws {
        var run = try OutageRun(events: events, outage: .hours(hours))
        let outcome = try run.played()
        print("| | |\n|---|---:|")
        let rows: [(String, String)] = [
            ("events that waited", "\(events)"),
            ("attempts while it was away, \(hours) h", "\(outcome.attemptsWhileAway)"),
            ("of them in the busiest minute", "\(outcome.busiestMinute)"),
            ("from its return to the first event it takes", "\(outcome.untilFirst)"),
            ("in flight, as it recovers", outcome.ramp.map(String.init).joined(separator: ", ")),
            (
                "in the first second, in the second, in the third",
                outcome.firstSeconds.map(String.init).joined(separator: ", ")
            ),
            ("most in flight", "\(outcome.mostInFlight)"), ("delivered", "\(outcome.delivered)"),
            ("dead letters", "\(outcome.dead)"), ("out of order", "\(outcome.outOfOrder)"),
            ("CPU for each event, store and all", "\(outcome.microsecondsEach) µs"),
        ]
        for (name, value) in rows { print("| \(name) | \(value) |") }
    }
}
